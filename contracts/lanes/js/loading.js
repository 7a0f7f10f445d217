/** Loading scripts and the bundle into a document: as script tags, and as a module what turns out to be one. */
(function (parts) {
  const ofModule = /import statement outside a module|Unexpected token 'export'|import\.meta|await is only valid/;

  /** Load a script by a tag; what it throws is thrown here. */
  function tag(address) {
    return new Promise((resolve, reject) => {
      let thrown;
      const note = (event) => {
        event.stopImmediatePropagation();
        thrown ??= event.error ?? new Error(event.message);
      };
      const script = document.createElement("script");
      const done = (settle) => () => {
        removeEventListener("error", note);
        settle();
      };
      addEventListener("error", note);
      script.onload = done(() => (thrown ? reject(thrown) : resolve()));
      script.onerror = done(() => reject(new Error(`the script ${address} could not be loaded`)));
      script.async = false;
      script.src = address;
      document.head.append(script);
    });
  }

  /** Load everything that a page is told to, and return the module that the bundle is, if it is one. */
  parts.load = async function ({ scriptAddresses, bundleAddress }) {
    for (const address of scriptAddresses) await tag(address);
    if (/\.mjs$/.test(bundleAddress)) return import(bundleAddress);
    try {
      return void (await tag(bundleAddress));
    } catch (error) {
      if (error?.name !== "SyntaxError" || !ofModule.test(error.message)) throw error;
      return import(bundleAddress);
    }
  };
})((globalThis[Symbol.for("contracts")] ??= {}));
