// A browser wallet for tests: an EIP-1193 provider that says hello by EIP-6963 or stands at window.ethereum.
// The keys are on the other side of `__wallet`. `__told` are the settings of this page's wallet.
(() => {
  const settings = JSON.parse("SETTINGS");
  const request = async ({ method, params }) => {
    const answer = JSON.parse(await window.__wallet(settings.name, method, JSON.stringify(params ?? [])));
    if (answer.error) throw Object.assign(new Error(answer.error.message), { code: answer.error.code });
    return answer.result;
  };
  const provider = { request, on() {}, removeListener() {} };
  if (settings.legacy) {
    window.ethereum = provider;
    return;
  }
  const info = { uuid: settings.uuid, name: settings.name, icon: settings.icon, rdns: settings.rdns };
  const hello = () =>
    window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info, provider }) }));
  window.addEventListener("eip6963:requestProvider", hello);
  hello();
})();
