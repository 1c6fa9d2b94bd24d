// Files beside the page, fetched relative to it, whatever path it is served under.
import { strings } from './strings.js';

export class Unreachable extends Error {
  constructor(path, status) {
    super(strings.unreachable(path, status));
    this.status = status;
  }
}

async function fetched(path) {
  let response;
  try {
    response = await fetch(path);
  } catch (error) {
    throw new Unreachable(path, error.message);
  }
  if (!response.ok) throw new Unreachable(path, response.status);
  return response;
}

export async function fetchJson(path) {
  const response = await fetched(path);
  try {
    return await response.json();
  } catch (error) {
    throw new Error(strings.badPage(path, error.message));
  }
}

export async function fetchBytes(path) {
  return (await fetched(path)).arrayBuffer();
}
