/*
 * Stack traces as Node.js itself writes them. Pulumi's SDK has each one mapped by source maps and takes one for every promise, which
 * is a tenth of a second in each start; neither the program nor its bundle has a map.
 */

Reflect.deleteProperty(Error, "prepareStackTrace");
