/// An activation pattern: one bit per ReLU unit, in the order of the units; 1 where `z > 0`.
public struct UnitBits: Hashable, Sendable, CustomStringConvertible {
  /// The number of bits.
  public private(set) var count = 0
  private var words: [UInt64] = []

  /// No bits yet.
  public init() {}

  /// The given bits.
  public init(_ bits: some Sequence<Bool>) {
    for bit in bits { append(bit) }
  }

  /// Adds the bit of the next unit.
  public mutating func append(_ bit: Bool) {
    if count % 64 == 0 { words.append(0) }
    if bit { words[count / 64] |= 1 << UInt64(count % 64) }
    count += 1
  }

  /// The bit of the ReLU unit at an index.
  public subscript(i: Int) -> Bool {
    precondition(i < count, "bit \(i) of \(count)")
    return words[i / 64] >> UInt64(i % 64) & 1 == 1
  }

  /// The indices at which two patterns of one network differ.
  public func differences(from other: UnitBits) -> [Int] {
    (0..<min(count, other.count)).filter { self[$0] != other[$0] }
  }

  /// The bits as `0` and `1`.
  public var description: String { String((0..<count).map { self[$0] ? "1" : "0" }) }
}
