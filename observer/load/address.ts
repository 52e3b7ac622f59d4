/** Stands in a URL for the address of the node on which the load's pod turns out to run, and names the variable that tells it. */
export const NODE_ADDRESS = "NODE_ADDRESS";

/** The URL with the node's address, as the pod knows it, in its place. */
export const withNodeAddress = (url: string, node: string): string =>
  url.replace(NODE_ADDRESS, node.includes(":") ? `[${node}]` : node);
