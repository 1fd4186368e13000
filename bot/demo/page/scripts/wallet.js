// The demo's own wallet: it stands in for one of a real browser, and the demo holds its key. It is on the demo's pages
// alone.

const token = location.pathname.split("/")[2] ?? "";

async function request({ method, params }) {
  if (method === "personal_sign") {
    const bytes = params[0].slice(2).match(/../g) ?? [];
    const text = new TextDecoder().decode(Uint8Array.from(bytes, (byte) => parseInt(byte, 16)));
    agree(`Sign this text?\n\n${text}`);
  }
  if (method === "eth_signTypedData_v4") {
    agree(`Sign this?\n\n${JSON.stringify(JSON.parse(params[1]).message, null, 2)}`);
  }
  const response = await fetch(`/demo/wallet/${token}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ method, params: params ?? [] }),
    credentials: "omit",
  });
  if (!response.ok) throw Object.assign(new Error("The demo's wallet does not know you."), { code: 4100 });
  const answer = await response.json();
  if (answer.code) throw Object.assign(new Error("The demo's wallet does not do that."), { code: answer.code });
  return answer.result;
}

/** Ask as a wallet would. */
function agree(question) {
  if (!window.confirm(`Demo wallet\n\n${question}`)) throw Object.assign(new Error("Refused."), { code: 4001 });
}

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32'" +
  " rx='8' fill='%23b4690e'/%3E%3Crect x='7' y='11' width='18' height='12' rx='2' fill='%23fff'/%3E%3C/svg%3E";
const info = { uuid: "6f0d1a52-0d5e-4b52-9c3a-5d1f4f0b7a11", name: "Demo wallet", icon, rdns: "demo.folkmoot" };
const hello = () =>
  window.dispatchEvent(
    new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info, provider: { request } }) }),
  );
window.addEventListener("eip6963:requestProvider", hello);
hello();
