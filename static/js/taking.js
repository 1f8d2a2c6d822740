/** Counting who comes, on pages that take no credits by themselves. They work without this too. */
import { makeParty } from "./_party.js";

for (const form of document.querySelectorAll("[data-taking]")) makeParty(form, { keep: true });
