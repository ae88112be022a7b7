internal import Espalier

/// Damages bytes: flips, cuts, insertions and swaps, repeatable from a seed.
struct ByteChanges {
  private var generator: SeededGenerator

  /// Changes that are the same for the same seed.
  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// A copy with one to three changes.
  mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
    var copy = bytes
    for _ in 0...number(below: 3) { change(&copy) }
    return copy
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else { return }
    let position = number(below: bytes.count)
    switch number(below: 12) {
    case 0: bytes.removeLast(bytes.count - position)
    case 1: bytes.removeSubrange(position..<min(bytes.count, position + 1 + number(below: 8)))
    case 2: bytes.insert(contentsOf: bytes[position...].prefix(1 + number(below: 16)), at: position)
    case 3: bytes.insert(UInt8(number(below: 256)), at: position)
    case 4: bytes.swapAt(position, number(below: bytes.count))
    case 5: swapRuns(&bytes, position)
    case 6: bytes[position] = [0, 0x7F, 0x80, 0xFF][number(below: 4)]
    case 7: bytes[position] = Array("0-9.e[](){},\"".utf8)[number(below: 13)]
    default: bytes[position] ^= 1 << UInt8(number(below: 8))
    }
  }

  /// Exchanges two runs of up to 16 bytes that do not overlap.
  private mutating func swapRuns(_ bytes: inout [UInt8], _ position: Int) {
    let other = number(below: bytes.count)
    let (low, high) = (min(position, other), max(position, other))
    let length = min(16, high - low, bytes.count - high)
    for i in 0..<length { bytes.swapAt(low + i, high + i) }
  }

  private mutating func number(below limit: Int) -> Int {
    Int.random(in: 0..<limit, using: &generator)
  }
}
