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
