import BigInt
import ExactArithmetic
import TestSupport
import Testing

@Suite struct DyadicRoundingTests {
  private static let numberCount = 3000

  /// 4 + n/4 to 3 bits, by hand: ties are at 4.5, 5.5, 6.5 and 7.5.
  @Test(arguments: [
    (16, 4, 4, 4), (17, 4, 5, 4), (18, 4, 5, 4), (19, 4, 5, 5), (20, 5, 5, 5), (21, 5, 6, 5),
    (22, 5, 6, 6), (23, 5, 6, 6), (24, 6, 6, 6), (26, 6, 7, 6), (27, 6, 7, 7), (30, 7, 8, 8),
    (31, 7, 8, 8),
  ])
  func roundsQuarters(_ quarters: Int, _ down: Int, _ up: Int, _ nearest: Int) {
    let number = Dyadic(quarters).scaled(byPowerOfTwo: -2)
    #expect(number.rounded(.down, toBitCount: 3) == Dyadic(down))
    #expect(number.rounded(.up, toBitCount: 3) == Dyadic(up))
    #expect(number.rounded(.nearestEven, toBitCount: 3) == Dyadic(nearest))
    #expect((-number).rounded(.down, toBitCount: 3) == Dyadic(-up))
    #expect((-number).rounded(.up, toBitCount: 3) == Dyadic(-down))
    #expect((-number).rounded(.nearestEven, toBitCount: 3) == Dyadic(-nearest))
  }

  @Test func isTheNearestNeighbourOnItsSide() {
    var generator = SplitMix64(seed: 11)
    for _ in 0..<Self.numberCount {
      let number = DyadicSamples.number(&generator)
      let bits = [1, 2, 24, 53, 64, 100].randomElement(using: &generator) ?? 53
      let down = number.rounded(.down, toBitCount: bits)
      let up = number.rounded(.up, toBitCount: bits)
      let nearest = number.rounded(.nearestEven, toBitCount: bits)
      #expect(down <= number && number <= up)
      #expect(down.bitCount <= bits && up.bitCount <= bits)
      #expect(nearest == down || nearest == up)
      if number.bitCount <= bits {
        #expect(down == number && up == number && nearest == number)
      } else {
        // One unit of the last place of a number with `bits` bits lies between.
        let unit = Dyadic.one.scaled(byPowerOfTwo: number.exponent + number.bitCount - bits)
        #expect(up - down == unit)
        let (below, above) = (number - down, up - number)
        #expect(below == above || (nearest == down) == (below < above))
        if below == above {
          #expect(nearest.significand(atExponent: unit.exponent).magnitude & 1 == 0)
        }
      }
    }
  }

  @Test func agreesWithFloatConversions() {
    var generator = SplitMix64(seed: 13)
    for _ in 0..<Self.numberCount {
      let bits = generator.next()
      let isNearFloats = Bool.random(using: &generator)
      // Doubles of every size, or doubles between and around floats.
      let value =
        isNearFloats
        ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
          * (1 + Double(Int.random(in: -4...4, using: &generator)) * 0x1p-25)
        : Double(bitPattern: bits)
      guard value.isFinite else { continue }
      let float = Float(value)
      let expected = float.isFinite ? Double(float) : nil
      #expect(Dyadic(value).nearest(in: .float32) == expected, "\(value)")
      #expect(Dyadic(value).exactly(in: .float32) == (Double(float) == value ? value : nil))
    }
  }

  @Test func agreesWithFusedProducts() {
    var generator = SplitMix64(seed: 17)
    for _ in 0..<Self.numberCount {
      let left = Double.random(in: -2...2, using: &generator)
      let power = Int.random(in: -1100...1023, using: &generator)
      let right = Double(sign: .plus, exponent: power, significand: 1.0 + left.magnitude / 4)
      let exact = Dyadic(left) * Dyadic(right)
      let product = left * right
      #expect(exact.nearest(in: .float64) == (product.isFinite ? product : nil))
    }
  }

  @Test func knowsTheEdgesOfEachType() {
    func power(_ exponent: Int) -> Dyadic { Dyadic.one.scaled(byPowerOfTwo: exponent) }
    // Half of the smallest number is a tie to zero; anything above goes to the smallest.
    #expect(power(-150).nearest(in: .float32) == 0)
    #expect((power(-150) + power(-300)).nearest(in: .float32) == 0x1p-149)
    #expect((-power(-150) - power(-300)).nearest(in: .float32) == -0x1p-149)
    #expect((power(-149) + power(-150)).nearest(in: .float32) == 0x1p-148)
    #expect(power(-1075).nearest(in: .float64) == 0)
    #expect((power(-1075) + power(-2000)).nearest(in: .float64) == 0x1p-1074)
    #expect(power(-70_000).nearest(in: .float64) == 0)
    // The largest number, half a unit beyond it (a tie, away), and just below that.
    let (most, half) = (Dyadic(Double(Float.greatestFiniteMagnitude)), power(103))
    #expect(most.nearest(in: .float32) == Double(Float.greatestFiniteMagnitude))
    #expect((most + half).nearest(in: .float32) == nil)
    #expect((-most - half).nearest(in: .float32) == nil)
    #expect((most + half - power(-9)).nearest(in: .float32) != nil)
    #expect(power(128).nearest(in: .float32) == nil)
    #expect((Dyadic(Double.greatestFiniteMagnitude) + power(970)).nearest(in: .float64) == nil)
    #expect((Dyadic(Double.greatestFiniteMagnitude) + power(969)).nearest(in: .float64) != nil)
    #expect(power(1024).approximation == .infinity)
    #expect((-power(1024)).approximation == -.infinity)
    #expect(power(-1075).exactly(in: .float64) == nil)
    #expect(Dyadic(0.1).exactly(in: .float32) == nil)
  }
}
