#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads what the kernel tells in files.
///
/// Such files say that they have no bytes, so they are read line by line until they end.
public enum SystemFile {
  /// The first line that begins with a word, without its end; nil if there is none or no file.
  public static func line(beginningWith word: String, of path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var line: UnsafeMutablePointer<CChar>?
    defer { free(line) }
    var capacity = 0
    while getline(&line, &capacity, file) > 0 {
      guard let line else { break }
      let text = String(cString: line)
      if text.hasPrefix(word) { return String(text.prefix { $0 != "\n" }) }
    }
    return nil
  }
}
