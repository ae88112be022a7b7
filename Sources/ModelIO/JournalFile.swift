#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
internal import NeuralNetwork

/// A file of lines to which a long run adds what it has done, so that a later one can go on.
///
/// Every line begins with a checksum of the rest and of the line before. A line that was torn when
/// the run was killed, and whatever follows it, is cut off when the file is opened again.
public final class JournalFile {
  private static let sumCount = 16

  private let path: String
  private let descriptor: CInt
  private var sum = String(repeating: "0", count: JournalFile.sumCount)
  /// The lines that were there, without their checksums.
  public private(set) var lines: [[UInt8]] = []

  /// Opens the file, or makes an empty one.
  ///
  /// - Parameter firstLine: What the first line will be. A file that holds nothing but a beginning
  ///   of it is what a killed run has left, and counts as empty.
  /// - Throws: `OutputFile.WriteError`, or `ModelError` if it is something else than a journal.
  public init(path: String, firstLine: [UInt8] = []) throws {
    self.path = path
    SignalHold.ignoreSizeLimitSignal()
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw OutputFile.lastError(path, "opening") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw OutputFile.lastError(path, "locking (is another run using it?)")
    }
    let bytes = try InputFile.read(path: path)
    var start = 0
    while let end = bytes[start...].firstIndex(of: 0x0A), take(bytes[start..<end]) {
      start = end + 1
    }
    // Somebody else's file is left as it is.
    guard !lines.isEmpty || sealed(firstLine).starts(with: bytes) else {
      throw ModelError(
        file: path,
        fault: .malformed(place: "line 1", reason: "expected a journal of a count of regions"))
    }
    guard ftruncate(descriptor, off_t(start)) == 0, lseek(descriptor, 0, SEEK_END) >= 0 else {
      throw OutputFile.lastError(path, "cutting off the unfinished line")
    }
  }

  deinit { close(descriptor) }

  /// Adds a line.
  ///
  /// - Precondition: It has no line feed.
  /// - Throws: `OutputFile.WriteError`
  public func append(_ line: [UInt8]) throws(OutputFile.WriteError) {
    guard OutputFile.writeAll(sealed(line), to: descriptor) else {
      throw OutputFile.lastError(path, "writing")
    }
    sum = Self.sum(of: line[...], after: sum)
  }

  /// The next line as it stands in the file.
  private func sealed(_ line: [UInt8]) -> [UInt8] {
    Array("\(Self.sum(of: line[...], after: sum)) ".utf8) + line + [0x0A]
  }

  /// Removes the file: what it was for is done.
  public func remove() { unlink(path) }

  private func take(_ text: ArraySlice<UInt8>) -> Bool {
    guard text.count > Self.sumCount, text[text.startIndex + Self.sumCount] == 0x20 else {
      return false
    }
    let body = text[(text.startIndex + Self.sumCount + 1)...]
    let sum = Self.sum(of: body, after: self.sum)
    guard text.prefix(Self.sumCount).elementsEqual(sum.utf8) else { return false }
    self.sum = sum
    lines.append(Array(body))
    return true
  }

  private static func sum(of body: ArraySlice<UInt8>, after previous: String) -> String {
    String(SHA256.hexDigest(of: Array(previous.utf8) + body).prefix(sumCount))
  }
}
