// Show the fields of a new shop only when "A new shop…" is chosen.
const form = document.getElementById("upload-form");
if (form) {
  const shop = form.elements.namedItem("shop");
  const show = () => {
    for (const part of form.querySelectorAll("[data-new-shop]")) part.hidden = shop.value !== "new";
  };
  shop.addEventListener("change", show);
  show();
}
