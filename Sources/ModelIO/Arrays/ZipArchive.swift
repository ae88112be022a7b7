internal import CZlib

/// Reads the members of a ZIP archive by its directory.
///
/// Encryption, several disks, archives beyond 4 GiB, and names that stand twice are refused. Sizes
/// are checked against the limits before anything is allocated, and checksums after.
///
/// - Source: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
struct ZipArchive {
  /// Compression options, sizes behind the data, and names in UTF-8.
  private static let harmlessFlags = 0x080E

  private let bytes: [UInt8]
  private let members: [ZipMember]

  /// Reads the directory of an archive.
  init(_ bytes: [UInt8]) throws(ModelFault) {
    self.bytes = bytes
    let end = try Self.endOfDirectory(bytes)
    guard let count = bytes.littleEndian(at: end + 10, count: 2),
      let size = bytes.littleEndian(at: end + 12, count: 4),
      let start = bytes.littleEndian(at: end + 16, count: 4),
      bytes.littleEndian(at: end + 4, count: 4) == 0,
      bytes.littleEndian(at: end + 8, count: 2) == count, start <= end, size == end - start
    else { throw Self.fault("its directory does not fit") }
    guard count <= ModelLimits.archiveMembers else {
      throw .overLimit(
        place: "members of the archive", limit: ModelLimits.archiveMembers, found: "\(count)")
    }
    var members: [ZipMember] = []
    var names: Set<String> = []
    var total = 0
    var offset = start
    for _ in 0..<count {
      let (member, next) = try Self.member(bytes, at: offset, end: end)
      guard names.insert(member.name).inserted else {
        throw Self.fault("two members have the name \(PrintableName(member.name))")
      }
      total += member.unpackedCount
      guard total <= ModelLimits.unpackedBytes else {
        throw .overLimit(
          place: "unpacked bytes of the archive", limit: ModelLimits.unpackedBytes,
          found: "\(total) or more")
      }
      members.append(member)
      offset = next
    }
    guard offset == end else { throw Self.fault("its directory does not fit") }
    self.members = members
  }

  /// The names of the members in the order of the directory.
  var names: [String] { members.map(\.name) }

  /// The content of a member.
  func content(of name: String) throws(ModelFault) -> [UInt8] {
    guard let member = members.first(where: { $0.name == name }) else {
      throw Self.fault("the member \(PrintableName(name)) is missing")
    }
    let packed = try packedBytes(of: member)
    let content: [UInt8]
    switch member.method {
    case 0 where member.packedCount == member.unpackedCount: content = Array(packed)
    case 8:
      guard let inflated = Inflation.inflate(packed, count: member.unpackedCount) else {
        throw Self.fault("the member \(PrintableName(name)) does not unpack to its size")
      }
      content = inflated
    default:
      throw Self.fault("the member \(PrintableName(name)) is packed in an unknown way")
    }
    guard crc32(0, content, UInt32(content.count)) == UInt(member.checksum) else {
      throw Self.fault("the checksum of the member \(PrintableName(name)) does not match")
    }
    return content
  }

  private static func endOfDirectory(_ bytes: [UInt8]) throws(ModelFault) -> Int {
    let signature: [UInt8] = [0x50, 0x4B, 0x05, 0x06]
    let earliest = max(0, bytes.count - 22 - Int(UInt16.max))
    var offset = bytes.count - 22
    while offset >= earliest {
      if bytes[offset..<offset + 4].elementsEqual(signature),
        bytes.littleEndian(at: offset + 20, count: 2) == bytes.count - offset - 22
      {
        return offset
      }
      offset -= 1
    }
    throw fault("its end is missing")
  }

  private static func member(
    _ bytes: [UInt8], at offset: Int, end: Int
  ) throws(ModelFault) -> (member: ZipMember, next: Int) {
    func field(_ position: Int, _ count: Int) -> Int {
      bytes.littleEndian(at: offset + position, count: count) ?? -1
    }
    let next = offset + 46 + field(28, 2) + field(30, 2) + field(32, 2)
    guard offset <= end - 46, field(0, 4) == 0x0201_4B50, next <= end else {
      throw fault("its directory does not fit")
    }
    guard field(8, 2) & ~harmlessFlags == 0, field(34, 2) == 0 else {
      throw fault("it is encrypted, packed in an unknown way, or spread over several disks")
    }
    let nameBytes = bytes[offset + 46..<offset + 46 + field(28, 2)]
    guard let name = String(validating: nameBytes, as: UTF8.self) else {
      throw fault("the name of a member is not valid UTF-8")
    }
    let sizes = [field(20, 4), field(24, 4), field(42, 4)]
    guard sizes.allSatisfy({ $0 < Int(UInt32.max) }) else {
      throw fault("a member is beyond 4 GiB")
    }
    let member = ZipMember(
      name: name, method: field(10, 2), checksum: UInt32(field(16, 4)), packedCount: sizes[0],
      unpackedCount: sizes[1], headerOffset: sizes[2])
    return (member, next)
  }

  private func packedBytes(of member: ZipMember) throws(ModelFault) -> ArraySlice<UInt8> {
    let header = member.headerOffset
    guard bytes.littleEndian(at: header, count: 4) == 0x0403_4B50,
      bytes.littleEndian(at: header + 8, count: 2) == member.method,
      let nameCount = bytes.littleEndian(at: header + 26, count: 2),
      let extraCount = bytes.littleEndian(at: header + 28, count: 2)
    else { throw Self.fault("the member \(PrintableName(member.name)) has no header") }
    let start = header + 30 + nameCount + extraCount
    guard start <= bytes.count, bytes[header + 30..<start].starts(with: member.name.utf8),
      nameCount == member.name.utf8.count
    else {
      throw Self.fault("the member \(PrintableName(member.name)) has another name in its header")
    }
    guard member.packedCount <= bytes.count - start else {
      throw Self.fault("the member \(PrintableName(member.name)) lies beyond the end")
    }
    return bytes[start..<start + member.packedCount]
  }

  private static func fault(_ reason: String) -> ModelFault {
    .malformed(place: "archive", reason: reason)
  }
}
