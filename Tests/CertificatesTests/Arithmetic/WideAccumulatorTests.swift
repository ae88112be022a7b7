import BigInt
import ExactArithmetic
import TestSupport
import Testing

@testable import Certificates

@Suite struct WideAccumulatorTests {
  private static let sumCount = 200

  @Test(arguments: [10, 60, 63, 64, 65, 100, 120, 124]) func sumsProducts(bits: Int) {
    var generator = SplitMix64(seed: 83)
    for _ in 0..<Self.sumCount {
      var accumulator = WideAccumulator()
      var sum = BigInt(0)
      for _ in 0..<Int.random(in: 0...20, using: &generator) {
        let left = Self.number(bits: bits, using: &generator)
        let right = Self.number(bits: 122, using: &generator)
        accumulator.add(left, times: right)
        sum += BigInt(left) * BigInt(right)
        let single = Self.number(bits: 126, using: &generator)
        accumulator.add(WideProduct(single, 1))
        sum += BigInt(single)
      }
      #expect(accumulator.value(exponent: -7) == Dyadic(sum, exponent: -7))
    }
  }

  @Test func holdsTheEnds() {
    for (left, right) in [
      (Int128.max, Int128.max), (.min, .max), (.max, .min), (.min, 1), (-1, .min), (1, -1),
      (0, .min),
    ] {
      var accumulator = WideAccumulator()
      accumulator.add(left, times: right)
      let product = BigInt(left) * BigInt(right)
      #expect(accumulator.value(exponent: 3) == Dyadic(product, exponent: 3))
    }
  }

  /// Rounding up in integers is rounding up of the exact sum.
  @Test(arguments: [1, 24, 64, 100, 126]) func roundsUp(limit: Int) {
    var generator = SplitMix64(seed: 89)
    for i in 0..<Self.sumCount {
      var accumulator = WideAccumulator()
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        accumulator.add(
          Self.number(bits: i % 125, using: &generator),
          times: Self.number(bits: 122, using: &generator))
        accumulator.add(WideProduct(Self.number(bits: 126, using: &generator), 1))
      }
      #expect(
        accumulator.roundedUp(toBitCount: limit, exponent: -7)
          == accumulator.value(exponent: -7).rounded(.up, toBitCount: limit))
    }
  }

  /// Around the places where words begin and where nothing is lost.
  @Test func roundsPowersUp() {
    for (left, right) in [(126, 1), (126, 2), (126, 3), (120, 120), (64, 64), (125, 125)] {
      for factor in [Int128(1), -1] {
        for more in [Int128(-1), 0, 1] {
          var accumulator = WideAccumulator()
          accumulator.add(factor << left, times: Int128(1) << right)
          accumulator.add(more, times: 1)
          #expect(
            accumulator.roundedUp(toBitCount: 64, exponent: 3)
              == accumulator.value(exponent: 3).rounded(.up, toBitCount: 64), "\(left) \(right)")
        }
      }
    }
  }

  @Test func countsBits() {
    #expect([0, 1, -1, 2, 255, -256].map { bitLength($0) } == [0, 1, 1, 2, 8, 9])
    #expect(bitLength(.max) == 127)
    #expect(bitLength(.min) == 128)
    for count in 1...1000 {
      // A sum of `count` terms below 1 is below 2^carryBits.
      #expect(count < 1 << carryBits(count))
    }
    #expect(carryBits(0) == 1)
  }

  private static func number(bits: Int, using generator: inout SplitMix64) -> Int128 {
    let bound = Int128(1) << bits
    return Int128.random(in: -bound...bound, using: &generator)
  }
}
