internal import ExactArithmetic
internal import NeuralNetwork

/// The multipliers ν of a leaf: in 8 bytes each where that loses nothing, else in full.
///
/// A proof of a hundred thousand leaves has millions of them, nearly all of them float32 numbers.
public struct UnitMultipliers: Hashable, Sendable {
  /// A multiplier of the binary32 format of a unit whose indices fit into 16 bits.
  struct Packed: Hashable {
    let layer: UInt16
    let index: UInt16
    /// The IEEE binary32 pattern of a finite number that is not negative zero.
    let pattern: UInt32
  }

  /// Either form; the packed one whenever it is possible, so that equal lists are equal values.
  enum Storage: Hashable {
    case packed([Packed])
    case exact([Leaf.UnitMultiplier])
  }

  let storage: Storage

  /// The given multipliers, in their order.
  public init(_ multipliers: [Leaf.UnitMultiplier]) {
    var packed: [Packed] = []
    packed.reserveCapacity(multipliers.count)
    for multiplier in multipliers {
      guard let short = Packed(multiplier) else {
        storage = .exact(multipliers)
        return
      }
      packed.append(short)
    }
    storage = .packed(packed)
  }

  init(_ packed: [Packed]) { storage = .packed(packed) }
}

extension UnitMultipliers: RandomAccessCollection, ExpressibleByArrayLiteral {
  public init(arrayLiteral elements: Leaf.UnitMultiplier...) { self.init(elements) }

  public var startIndex: Int { 0 }

  public var endIndex: Int {
    switch storage {
    case .packed(let list): list.count
    case .exact(let list): list.count
    }
  }

  public subscript(i: Int) -> Leaf.UnitMultiplier {
    switch storage {
    case .packed(let list): list[i].multiplier
    case .exact(let list): list[i]
    }
  }

  /// The unit at an index, without its value.
  func unit(at i: Int) -> UnitID {
    switch storage {
    case .packed(let list): list[i].unit
    case .exact(let list): list[i].unit
    }
  }
}

extension UnitMultipliers.Packed {
  /// The packed form, or nil if there is none.
  init?(_ multiplier: Leaf.UnitMultiplier) {
    guard let layer = UInt16(exactly: multiplier.unit.layer),
      let index = UInt16(exactly: multiplier.unit.index),
      // Most numbers that are too long are seen to be without any arithmetic.
      multiplier.value.bitCount <= ScalarType.float32.precision,
      let value = multiplier.value.exactly(in: .float32)
    else { return nil }
    self.init(layer: layer, index: index, pattern: Float(value).bitPattern)
  }

  /// The packed form of stored bits, or nil if they are not those of a number, or of negative zero.
  init?(layer: Int, index: UInt16, pattern: UInt32) {
    guard let layer = UInt16(exactly: layer), pattern != 1 << 31,
      pattern & 0x7F80_0000 != 0x7F80_0000
    else { return nil }
    self.init(layer: layer, index: index, pattern: pattern)
  }

  var unit: UnitID { UnitID(layer: Int(layer), index: Int(index)) }

  /// The number as an odd integer, or 0, times a power of two.
  var parts: (significand: Int128, exponent: Int) {
    let biased = Int(pattern >> 23 & 0xFF)
    let fraction = Int32(pattern & 0x7F_FFFF)
    let magnitude = biased == 0 ? fraction : fraction | 1 << 23
    if magnitude == 0 { return (0, 0) }
    let zeros = magnitude.trailingZeroBitCount
    let significand = Int128(magnitude >> zeros)
    return (pattern >> 31 == 0 ? significand : -significand, max(biased, 1) - 150 + zeros)
  }

  var multiplier: Leaf.UnitMultiplier {
    .init(unit: unit, value: Dyadic(Double(Float(bitPattern: pattern))))
  }
}
