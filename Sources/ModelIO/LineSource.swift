#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads a file line by line, whatever its size, in memory for a few lines.
public final class LineSource {
  /// The most bytes that are read at a time.
  private static let chunk = 1 << 18
  /// A batch ends when its lines have this many bytes.
  private static let batchByteCount = 1 << 20

  private let path: String
  private let descriptor: CInt
  private let maximumLineByteCount: Int
  private var buffer: [UInt8] = []
  private var isAtEnd = false

  /// Opens a regular file.
  ///
  /// - Parameter maximumLineByteCount: Of a line that is longer only the beginning is returned, and
  ///   nothing after it.
  /// - Throws: `ModelError` if the file cannot be opened or is not regular.
  public init(path: String, maximumLineByteCount: Int) throws(ModelError) {
    self.path = path
    self.maximumLineByteCount = maximumLineByteCount
    do throws(ModelFault) {
      descriptor = try FileContents.openRegular(path: path)
    } catch {
      throw ModelError(file: path, fault: error)
    }
  }

  deinit { close(descriptor) }

  /// The first bytes of the file, at most `count`, which are still to be read.
  public func peek(_ count: Int) throws(ModelError) -> ArraySlice<UInt8> {
    while buffer.count < count && !isAtEnd { try fill() }
    return buffer.prefix(count)
  }

  /// The next lines, each with its line feed; empty at the end.
  ///
  /// The last line of the file may lack its line feed.
  ///
  /// - Throws: `ModelError` if the file cannot be read.
  public func nextLines() throws(ModelError) -> [[UInt8]] {
    var searched = 0
    while buffer[searched...].firstIndex(of: 0x0A) == nil && !isAtEnd {
      searched = buffer.count
      if buffer.count > maximumLineByteCount {
        isAtEnd = true
        break
      }
      try fill()
    }
    var lines: [[UInt8]] = []
    var start = 0
    while start < Self.batchByteCount,
      let end = buffer[start...].firstIndex(of: 0x0A)
    {
      lines.append(Array(buffer[start...end]))
      start = end + 1
    }
    if lines.isEmpty && !buffer.isEmpty {
      lines = [buffer]
      start = buffer.count
    }
    buffer.removeFirst(start)
    return lines
  }

  private func fill() throws(ModelError) {
    let old = buffer.count
    buffer.append(contentsOf: repeatElement(0, count: Self.chunk))
    var count = -1
    repeat {
      count = buffer.withUnsafeMutableBytes { space in
        Glibc.read(descriptor, space.baseAddress.map { $0 + old }, Self.chunk)
      }
    } while count < 0 && errno == EINTR
    guard count >= 0 else {
      throw ModelError(
        file: path, fault: .unreadable(reason: String(cString: strerror(errno))))
    }
    buffer.removeLast(Self.chunk - count)
    if count == 0 { isAtEnd = true }
  }
}
