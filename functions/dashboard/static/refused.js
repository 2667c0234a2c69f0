import { setUp } from "./page.js";

setUp(() => {});
