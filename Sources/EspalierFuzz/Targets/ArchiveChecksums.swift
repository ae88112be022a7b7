internal import CZlib

/// Makes the checksums of an archive right again after its members were changed.
enum ArchiveChecksums {
  /// The archive with the checksum of every stored member computed anew; other bytes stay.
  static func repaired(_ bytes: [UInt8]) -> [UInt8] {
    var copy = bytes
    var offset = 0
    while let entry = nextEntry(in: copy, from: offset) {
      offset = entry + 4
      guard number(copy, entry + 10, 2) == 0, let size = number(copy, entry + 20, 4),
        let header = number(copy, entry + 42, 4), let name = number(copy, header + 26, 2),
        let extra = number(copy, header + 28, 2), header + 30 + name + extra + size <= copy.count
      else { continue }
      let start = header + 30 + name + extra
      let sum = crc32(0, Array(copy[start..<start + size]), UInt32(size))
      for i in 0..<4 { copy[entry + 16 + i] = UInt8(truncatingIfNeeded: sum >> (8 * UInt(i))) }
    }
    return copy
  }

  /// Where the next entry of the directory begins.
  private static func nextEntry(in bytes: [UInt8], from start: Int) -> Int? {
    guard start <= bytes.count - 46 else { return nil }
    return (start...(bytes.count - 46)).first { number(bytes, $0, 4) == 0x0201_4B50 }
  }

  private static func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> Int? {
    guard offset <= bytes.count - count else { return nil }
    return (0..<count).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
  }
}
