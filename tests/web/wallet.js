// A browser wallet for tests: an EIP-1193 provider that says hello by EIP-6963 or stands at window.ethereum.
// The keys are on the other side of `__wallet`. `__turn` tells the page that something changed in a wallet.
(() => {
  const settings = JSON.parse("SETTINGS");
  const request = async ({ method, params }) => {
    const answer = JSON.parse(await window.__wallet(settings.name, method, JSON.stringify(params ?? [])));
    if (answer.never) return new Promise(() => {});
    if (answer.error) throw Object.assign(new Error(answer.error.message), { code: answer.error.code });
    return answer.result;
  };
  const heard = new Map();
  const on = (event, hear) => heard.set(event, (heard.get(event) ?? new Set()).add(hear));
  const removeListener = (event, hear) => heard.get(event)?.delete(hear);
  const provider = { request, on, removeListener };
  const others = window.__turn ?? (() => {});
  window.__turn = (name, event, said) => {
    if (name !== settings.name) return others(name, event, said);
    for (const hear of heard.get(event) ?? []) hear(said);
  };
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
