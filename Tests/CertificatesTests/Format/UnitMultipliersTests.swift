import ExactArithmetic
import NeuralNetwork
import StrictJSON
import TestSupport
import Testing

@testable import Certificates

/// Multipliers in 8 bytes each: the same numbers, written shorter.
@Suite struct UnitMultipliersTests {
  private static func multiplier(_ layer: Int, _ index: Int, _ value: Dyadic) -> Leaf.UnitMultiplier
  {
    .init(unit: UnitID(layer: layer, index: index), value: value)
  }

  private static func read(_ text: String) throws(JSONError) -> UnitMultipliers {
    try UnitMultipliers(json: JSONParser.parse(Array(text.utf8)), path: "$.nu")
  }

  @Test func packsWhatIsFloat32() throws {
    let list = [
      Self.multiplier(0, 0, .one), Self.multiplier(0, 258, Dyadic(-0.75)),
      Self.multiplier(1, 3, Dyadic(0x1p-149)), Self.multiplier(1, 4, .zero),
      Self.multiplier(2, 65535, Dyadic(Double(Float.greatestFiniteMagnitude))),
    ]
    let multipliers = UnitMultipliers(list)
    guard case .packed = multipliers.storage else {
      Issue.record("\(multipliers) is not packed")
      return
    }
    #expect(Array(multipliers) == list)
    // 1 is 0x3f800000 and -0.75 is 0xbf400000: bytes 00 00 3f 80 00 00 and 01 02 bf 40 00 00.
    #expect(
      JSONWriter.line(multipliers.packedJSON)
        == "[[0, \"AAA/gAAAAQK/QAAA\"], [1, \"AAMAAAABAAQAAAAA\"], [2, \"//9/f///\"]]")
    #expect(try Self.read(JSONWriter.line(multipliers.packedJSON)) == multipliers)
    #expect(try Self.read(JSONWriter.line(multipliers.json)) == multipliers)
  }

  @Test(
    arguments: [
      multiplier(0, 0, Dyadic(0x1p-150)), multiplier(0, 0, Dyadic(1 + 0x1p-24)),
      multiplier(0, 0, Dyadic(0x1p128)), multiplier(65536, 0, .one), multiplier(0, 65536, .one),
    ])
  func writesOutWhatIsNot(long: Leaf.UnitMultiplier) throws {
    for list in [[long], [Self.multiplier(0, 0, .one), long]] {
      let multipliers = UnitMultipliers(list)
      #expect(Array(multipliers) == list)
      #expect(multipliers.packedJSON == multipliers.json)
      #expect(try Self.read(JSONWriter.line(multipliers.json)) == multipliers)
    }
  }

  @Test func mixedEntriesKeepTheirOrder() throws {
    let read = try Self.read(
      "[[0, \"AAA/gAAA\"], [0, 1, \"0x1p-200\"], [1, \"AAC/gAAA\"], [1, 2, \"0x3p0\"]]")
    #expect(
      Array(read) == [
        Self.multiplier(0, 0, .one), Self.multiplier(0, 1, Dyadic(0x1p-200)),
        Self.multiplier(1, 0, Dyadic(-1)), Self.multiplier(1, 2, Dyadic(3)),
      ])
  }

  @Test(
    arguments: [
      "[[0, \"\"]]", "[[0, \"AAA/gAA\"]]", "[[0, \"AAA/gAA=\"]]", "[[0, \"AAA/gAA-\"]]",
      "[[0, \"AAA/gAAA \"]]", "[[0, 1]]", "[[0]]", "[[0, 0, \"0x1p0\", 0]]",
      // Infinity, a signalling and a quiet NaN, negative zero.
      "[[0, \"AAB/gAAA\"]]", "[[0, \"AAB/gAAB\"]]", "[[0, \"AAB/wAAA\"]]", "[[0, \"AACAAAAA\"]]",
      "[[65536, \"AAA/gAAA\"]]", "[[-1, \"AAA/gAAA\"]]", "[\"AAA/gAAA\"]",
    ])
  func refusesOtherText(text: String) {
    #expect(throws: JSONError.self) { try Self.read(text) }
  }

  @Test func partsAreTheNumber() {
    var generator = SplitMix64(seed: 71)
    for _ in 0..<2000 {
      let pattern = UInt32.random(in: 0...UInt32.max, using: &generator)
      guard let packed = UnitMultipliers.Packed(layer: 0, index: 0, pattern: pattern) else {
        #expect(!Float(bitPattern: pattern).isFinite || pattern == 1 << 31)
        continue
      }
      let parts = packed.parts
      let value = Dyadic(Int(parts.significand)).scaled(byPowerOfTwo: parts.exponent)
      #expect(value == Dyadic(Double(Float(bitPattern: pattern))))
      #expect(packed.multiplier.value == value)
    }
  }
}
