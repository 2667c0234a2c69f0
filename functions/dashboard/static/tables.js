// The tables of products and coupons.

import { $, el, fill } from "./dom.js";
import { cells, write } from "./figures.js";
import * as format from "./format.js";
import { opener, written } from "./opens.js";

const FEW = 8;
let showsAll = false;
let shown = null;

// The first character that a person sees: an emoji is several of a string's.
function firstLetter(name) {
  const [first] = new Intl.Segmenter().segment(name.trim());
  return (first?.segment ?? "?").toUpperCase();
}

function picture(product) {
  const letter = firstLetter(product.productName);
  const place = el("span", { class: "picture", "aria-hidden": "true", text: letter });
  if (/^(https:\/\/|data:image\/)/i.test(product.imgCardUrl || "")) {
    const image = el("img", { src: product.imgCardUrl, alt: "", width: 36, height: 36, loading: "lazy", decoding: "async", referrerpolicy: "no-referrer" });
    image.addEventListener("error", () => image.remove());
    place.append(image);
  }
  return place;
}

export function showProducts(data) {
  const { salesByProduct, currency } = data;
  shown = data;
  const rows = showsAll ? salesByProduct : salesByProduct.slice(0, FEW);
  const share = $("products").tHead.querySelector(".share");
  const greatest = salesByProduct[0]?.percentage || 1;
  fill($("products").tBodies[0], rows.map((product) => {
    const filling = el("span", {});
    filling.style.width = `${(100 * product.percentage) / greatest}%`;
    filling.hidden = product.percentage === 0;
    return el("tr", {},
      el("th", { scope: "row" }, el("span", { class: "product" }, picture(product), el("span", { class: "name", text: product.productName, title: product.productName }))),
      ...cells($("products"), product, currency, opener({ product: product.productId, period: written(data.period) })),
      el("td", { class: "share" }, el("span", { class: "track", "aria-hidden": "true" }, filling), el("span", { text: write(share.dataset, product.percentage) })));
  }));
  $("products").hidden = rows.length === 0;
  $("no-products").hidden = rows.length > 0;
  const more = $("more");
  more.hidden = salesByProduct.length <= FEW;
  more.textContent = showsAll ? "Show fewer" : `Show all ${format.count(salesByProduct.length)}`;
  more.onclick = () => {
    showsAll = !showsAll;
    showProducts(shown);
  };
}

export function showCoupons({ salesByCoupon, currency, period }) {
  fill($("coupons").tBodies[0], salesByCoupon.map((coupon) => el("tr", {},
    el("th", { scope: "row", class: "code", text: coupon.couponCode }),
    ...cells($("coupons"), coupon, currency, opener({ coupon: coupon.couponCode, period: written(period) })))));
  $("coupons").hidden = salesByCoupon.length === 0;
  $("no-coupons").hidden = salesByCoupon.length > 0;
}
