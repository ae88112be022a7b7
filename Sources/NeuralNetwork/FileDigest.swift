/// The name and the SHA-256 of a file that was read or written.
public struct FileDigest: Hashable, Sendable {
  /// The last component of the file's path; for people, never compared.
  public let name: String
  /// The SHA-256 of the file's bytes, 64 lower-case hexadecimal digits.
  public let sha256: String

  /// A digest with the name of its file.
  public init(name: String, sha256: String) {
    self.name = name
    self.sha256 = sha256
  }

  /// The digest of the bytes that were read from `path`.
  public init(path: String, bytes: [UInt8]) {
    self.init(
      name: path.split(separator: "/").last.map(String.init) ?? path,
      sha256: SHA256.hexDigest(of: bytes))
  }
}
