/** What docker says where a registry gives no more images to this address for some hours; Docker Hub does so from early on. */
const LIMITED = /toomanyrequests|pull rate limit|429 Too Many Requests/i;

/** Mirrors of Docker Hub's official images by others, in which the standard base image has the same name and tag. */
const MIRRORS = ["public.ecr.aws/docker/library", "mirror.gcr.io/library"];

/**
 * What to do where Docker Hub's limit keeps the base image away; undefined where that is not what Pulumi says. An image that is
 * not one of Docker Hub's official ones has its own registry.
 */
export function rateLimitAdvice(stack: string, said: string, baseImage: string): string | undefined {
  if (!LIMITED.test(said)) return undefined;
  if (baseImage.includes("/"))
    return `The registry of ${baseImage} gives no more images for now: wait, or log in there.`;
  const ways = MIRRORS.map((mirror) => `bin/lab up ${stack} --baseImage ${mirror}/${baseImage}`);
  return `Docker Hub gives no more images to this address for some hours. Take the base image from another registry: ${ways.join(", or: ")}`;
}
