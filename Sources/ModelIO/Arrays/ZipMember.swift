/// One member of a ZIP archive as its directory describes it.
struct ZipMember {
  /// Its name, which is only compared, never used as a path.
  let name: String
  /// 0 for stored, 8 for deflated.
  let method: Int
  /// The CRC-32 of its content.
  let checksum: UInt32
  /// Bytes in the archive.
  let packedCount: Int
  /// Bytes of its content.
  let unpackedCount: Int
  /// Where its local header begins.
  let headerOffset: Int
}
