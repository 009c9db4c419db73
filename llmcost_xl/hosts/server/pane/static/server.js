// Questions to the server. Whatever goes wrong becomes an Error whose message is a sentence for the reader.

const DATA = new URL("../api/", import.meta.url);
const PATIENCE = 90_000; // milliseconds: a refresh fetches a price list

/** The JSON answer to a GET, or to a POST where there is a question. */
export async function ask(path, question) {
  const response = await send(path, question);
  try {
    return await response.json();
  } catch {
    throw new Error("The server's answer cannot be read. It may be another program than expected.");
  }
}

/** The bytes of a file. */
export async function bytes(path) {
  return new Uint8Array(await (await send(path)).arrayBuffer());
}

async function send(path, question) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  const options = { headers: await identity(), signal: patience.signal };
  if (question) {
    options.method = "POST";
    options.body = JSON.stringify(question);
    options.headers["Content-Type"] = "application/json";
  }
  let response;
  try {
    response = await fetch(new URL(path, DATA), options);
  } catch (failure) {
    throw new Error(
      failure.name === "AbortError"
        ? "The server has not answered in time. Try again in a moment."
        : "The server cannot be reached. Check the connection, then try again.",
    );
  } finally {
    clearTimeout(timer);
  }
  if (response.status === 401) {
    document.dispatchEvent(new Event("llmcost-unknown")); // the pane asks who it is
  }
  if (!response.ok) {
    throw new Error(await sentence(response));
  }
  return response;
}

/** Who asks: the same headers as xlwings' own client sends with every formula. */
async function identity() {
  if (typeof globalThis.getAuth !== "function") {
    return {};
  }
  try {
    const { token, provider } = await globalThis.getAuth();
    return { ...(token && { Authorization: token }), ...(provider && { "Auth-Provider": provider }) };
  } catch (failure) {
    throw new Error(`Signing in has failed: ${failure.message ?? failure}`);
  }
}

async function sentence(response) {
  const said = await detail(response);
  switch (response.status) {
    case 401:
      return `The server does not know you${said ? `: ${said}` : ""}.`;
    case 403:
      return `Your account may not do this${said ? `: ${said}` : ""}.`;
    case 404:
      return said || "The server does not know this request: it may be another version than this pane.";
    case 413:
      return said || "This is more than the server accepts at once.";
    case 429:
      return said || "The server has too many requests at the moment. Try again shortly.";
    default:
      return said || `The server has failed (${response.status}). Try again; if it stays, tell whoever runs it.`;
  }
}

/** The server's own words, if they are words: {"error": ...}, {"detail": ...} or a short plain text. */
async function detail(response) {
  const text = await response.text().catch(() => "");
  try {
    const answer = JSON.parse(text);
    const said = answer.error ?? answer.detail;
    return typeof said === "string" && said.length < 1000 ? said : "";
  } catch {
    const plain = (response.headers.get("content-type") ?? "").startsWith("text/plain");
    return plain && response.status < 500 && text.length < 300 ? text : "";
  }
}
