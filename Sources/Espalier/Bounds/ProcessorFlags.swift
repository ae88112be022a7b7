#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// What the processor can do, as the kernel of Linux tells it.
public enum ProcessorFlags {
  private static let path = "/proc/cpuinfo"

  /// The words of the first line `flags`; empty if there is none.
  ///
  /// The file says that it has no bytes, so it is read line by line until it ends.
  public static var all: [Substring] {
    #if os(Linux)
      guard let file = fopen(path, "re") else { return [] }
      defer { fclose(file) }
      var line: UnsafeMutablePointer<CChar>?
      var capacity = 0
      defer { free(line) }
      while getline(&line, &capacity, file) > 0 {
        guard let line else { break }
        let text = String(cString: line)
        if text.hasPrefix("flags") { return text.split { $0 == " " || $0 == "\n" } }
      }
    #endif
    return []
  }
}
