/// Little-endian integers in bytes, nil where the bytes end before.
extension [UInt8] {
  /// The unsigned integer of `count` bytes at `offset`.
  func littleEndian(at offset: Int, count: Int) -> Int? {
    guard offset >= 0, count <= 7, offset <= self.count - count else { return nil }
    return (0..<count).reduce(0) { value, i in value | Int(self[offset + i]) << (8 * i) }
  }
}
