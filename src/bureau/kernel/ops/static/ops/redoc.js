// Draws the OpenAPI document. The viewer wants its maker's logo from its maker's host: images of
// other hosts are not asked for. Its search runs in a worker made from text, which our policy
// refuses: it is off.
const image = HTMLImageElement.prototype;
const source = Object.getOwnPropertyDescriptor(image, "src");
const setAttribute = image.setAttribute;

function isOurs(address) {
  const url = new URL(address, location.href);
  return url.protocol === "data:" || url.origin === location.origin;
}

// the viewer's library sets the source both ways
image.setAttribute = function (name, value) {
  if (name !== "src" || isOurs(value)) setAttribute.call(this, name, value);
};
Object.defineProperty(image, "src", {
  ...source,
  set(value) {
    if (isOurs(value)) source.set.call(this, value);
  },
});

const place = document.getElementById("redoc");
Redoc.init(place.dataset.schema, { disableSearch: true }, place);
