export interface Image {
  /** `sha256:…` of its configuration. */
  readonly id: string;
  /** Names with a tag. */
  readonly tags: readonly string[];
  /** Names with the digest of the manifest, as registries know it; empty for an image made here. */
  readonly digests: readonly string[];
  readonly sizeBytes: number;
  /** The user it runs as unless told otherwise; empty means root. */
  readonly user: string;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Bytes of all layers known so far; the total grows while layers are discovered. */
export interface PullProgress {
  readonly currentBytes: number;
  readonly totalBytes: number;
}
