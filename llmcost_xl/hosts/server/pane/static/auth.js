// Who asks: what xlwings' client and the pane send as the Authorization header with every request.
// A token that was entered in the pane comes first, then Entra ID where the server has it.

(function () {
  const KEY = "llmcost-xl token";
  const storage = {
    get: () => {
      try {
        return localStorage.getItem(KEY) ?? "";
      } catch {
        return ""; // some hosts keep storage from frames
      }
    },
    set: (token) => {
      try {
        localStorage.setItem(KEY, token);
      } catch {
        // the token holds until the pane is closed
      }
    },
  };
  let token = storage.get();

  globalThis.llmcostToken = function (entered) {
    token = entered;
    storage.set(entered);
  };

  globalThis.getAuth = async function () {
    if (token) {
      return { token: `Bearer ${token}`, provider: "token" };
    }
    if (globalThis.config?.authProviders?.includes("entraid")) {
      return { token: await globalThis.xlwings.getAccessToken(), provider: "entraid" };
    }
    return { token: "", provider: "" };
  };
})();
