// Browsers give no Worker to a page of a disk, and the search of the documentation runs in one: there, a hidden frame does the same.
// Loaded by every page that `make docs` writes, in the place of a copy that the generator would fetch from another host.
"use strict";
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(address) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.append(frame);
      this.inner = frame.contentWindow;
      this.inner.postMessage = (data) => this.answer(data);
      this.inner.importScripts = (...scripts) => { for (const each of scripts) this.load(each); };
      this.ready = this.load(address);
    }
    load(address) {
      return new Promise((resolve, reject) => {
        const script = this.inner.document.createElement("script");
        script.src = new URL(address, location.href).href;
        script.onload = resolve;
        script.onerror = () => { this.dispatchEvent(new ErrorEvent("error", { message: script.src })); reject(new Error(script.src)); };
        this.inner.document.body.append(script);
      });
    }
    answer(data) {
      const said = new MessageEvent("message", { data });
      this.dispatchEvent(said);
      if (this.onmessage) this.onmessage(said);
    }
    postMessage(data) {
      this.ready.then(() => {
        const asked = new this.inner.MessageEvent("message", { data: structuredClone(data) });
        this.inner.dispatchEvent(asked);
      });
    }
    terminate() { this.inner.frameElement.remove(); }
  };
}
