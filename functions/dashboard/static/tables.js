// The tables of products and coupons.

import { contributions, couponsOf, productsOf } from "./changes.js";
import { $, el, fill } from "./dom.js";
import { cells, headings, write } from "./figures.js";
import * as format from "./format.js";
import { opener, written } from "./opens.js";
import { _ } from "./texts.js";

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

// Shows what sold best or, given the answer of the period compared with, what changed most.
export function showProducts(data, before = null) {
  shown = [data, before];
  const { currency } = data;
  const found = before
    ? contributions(productsOf(data), productsOf(before), { key: "productId", amount: "totalSales" })
    : { rows: data.salesByProduct, others: null };
  const rows = showsAll ? found.rows : found.rows.slice(0, FEW);
  const size = before ? (row) => Math.abs(row.change) : (row) => row.percentage;
  const greatest = Math.max(...found.rows.map(size), 0) || 1;
  const last = showsAll || found.rows.length <= FEW ? rest(data, before, found, greatest) : [];
  nameShare(before !== null);
  fill($("products").tBodies[0], [...rows.map((product) => el("tr", { "data-row": product.productId },
    el("th", { scope: "row" }, el("span", { class: "product" }, picture(product), el("span", { class: "name", text: product.productName, title: product.productName }))),
    ...cells($("products"), product, currency, opener({ product: product.productId, period: written(data.period) })),
    before ? changeBar(product.change, greatest, currency) : shareBar(product.percentage, greatest))), ...last]);
  $("products").hidden = rows.length === 0;
  $("no-products").hidden = rows.length > 0;
  const more = $("more");
  const isCut = before ? found.others !== 0 : data.otherProducts !== null;
  more.hidden = found.rows.length <= FEW;
  more.textContent = showsAll ? _("Show fewer") : isCut ? _("Show the first {count}", { count: format.count(found.rows.length) }) : _("Show all {count}", { count: format.count(found.rows.length) });
}

$("more").addEventListener("click", () => {
  showsAll = !showsAll;
  showProducts(...shown);
});

function nameShare(isChange) {
  const head = $("products").tHead.querySelector(".share");
  head.textContent = isChange ? head.dataset.change : head.dataset.label;
}

function measured(size, greatest, text, attributes = {}) {
  const filling = el("span", {});
  filling.style.width = `${(100 * size) / greatest}%`;
  filling.hidden = size === 0;
  return el("td", { class: "share", ...attributes }, el("span", { class: "measure" },
    el("span", { class: "track", "aria-hidden": "true" }, filling), el("span", { text })));
}

const shareBar = (percentage, greatest) =>
  measured(percentage, greatest, write($("products").tHead.querySelector(".share").dataset, percentage));

const changeBar = (change, greatest, currency) =>
  measured(Math.abs(change), greatest, format.signedMoney(change, currency), { "data-mood": mood(change) });

const mood = (change) => (change > 0 ? "good" : change < 0 ? "bad" : "");

// The last row: the products that the list leaves out. One order can hold several of them, so it has no orders.
function rest({ otherProducts, currency }, before, { others }, greatest) {
  if (before ? others === 0 : !otherProducts) return [];
  const money = headings($("products")).find(({ dataset }) => dataset.kind === "money").dataset;
  return [el("tr", { class: "rest", "data-row": "" },
    el("th", { scope: "row", text: _("All other products") }),
    el("td", { class: "number", text: "–" }),
    el("td", { class: "number", text: otherProducts ? write(money, otherProducts.totalSales, currency) : "–" }),
    before ? changeBar(others, Math.max(greatest, Math.abs(others)), currency) : shareBar(otherProducts.percentage, Math.max(greatest, otherProducts.percentage)))];
}

export function showCoupons(data, before = null) {
  const { salesByCoupon, currency } = data;
  const rows = before
    ? contributions(couponsOf(data), couponsOf(before), { key: "couponCode", amount: "totalSalesAmount" }).rows
    : salesByCoupon;
  $("coupon-change").hidden = !before;
  fill($("coupons").tBodies[0], rows.map((coupon) => el("tr", { "data-row": coupon.couponCode },
    el("th", { scope: "row", class: "code", text: coupon.couponCode }),
    ...cells($("coupons"), coupon, currency, opener({ coupon: coupon.couponCode, period: written(data.period) })),
    before ? el("td", { class: "number", "data-mood": mood(coupon.change), text: format.signedMoney(coupon.change, currency) }) : "")));
  $("coupons").hidden = rows.length === 0;
  $("no-coupons").hidden = rows.length > 0;
}
