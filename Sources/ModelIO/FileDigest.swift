internal import NeuralNetwork

/// Which bytes were read: the last component of a file's path and the SHA-256 of its content.
public struct FileDigest: Hashable, Sendable {
  /// The last component of the path.
  public let name: String
  /// The SHA-256 as 64 lower-case hexadecimal digits.
  public let sha256: String

  /// The digest of a file.
  public init(name: String, sha256: String) {
    self.name = name
    self.sha256 = sha256
  }

  /// The digest of `bytes`, which were read from `path`.
  init(path: String, bytes: [UInt8]) {
    self.init(
      name: path.split(separator: "/").last.map(String.init) ?? path,
      sha256: SHA256.hexadecimalHash(bytes))
  }
}
