import ExactArithmetic
import TestSupport
import Testing

@testable import Certificates

@Suite struct RoundingFilterTests {
  /// What the filter says is what exact numbers say, wherever the exact number is.
  @Test func neverSaysWhatMayBeWrong() {
    var generator = SplitMix64(seed: 3)
    var said = 0
    for _ in 0..<20_000 {
      let power = Int.random(in: -60...60, using: &generator)
      let exponent = Int.random(in: -8...24, using: &generator) - power
      var number = Double(
        sign: Bool.random(using: &generator) ? .plus : .minus, exponent: exponent,
        significand: .random(in: 1..<2, using: &generator))
      if Bool.random(using: &generator) {
        // Near to a whole number of units.
        let unit = Double(sign: .plus, exponent: -power, significand: 1)
        let off = Double.random(in: -0x1p-30...0x1p-30, using: &generator)
        number = (number / unit).rounded() * unit + unit * off
      }
      let error = Bool.random(using: &generator) ? 0 : abs(number) * 0x1p-40
      let filter = RoundingFilter(power: power, error: error)
      let exact = [Dyadic(number), Dyadic(number) + Dyadic(error), Dyadic(number) - Dyadic(error)]
      if let ceiling = filter.ceiling(number) {
        #expect(exact.allSatisfy { $0.units(ofExponent: -power, .up) == ceiling })
        said += 1
      }
      if let floor = filter.floor(number) {
        #expect(exact.allSatisfy { $0.units(ofExponent: -power, .down) == floor })
      }
    }
    #expect(said > 10_000)
  }

  @Test func isInDoubtAtTheEndsOfTheRange() {
    for (power, number) in [(1, 0x1p-1074), (-1074, 1), (1020, 1), (-900, 0x1p-400)] {
      let filter = RoundingFilter(power: power, error: 0)
      if let ceiling = filter.ceiling(number) {
        #expect(Dyadic(number).units(ofExponent: -power, .up) == ceiling)
      }
    }
    #expect(RoundingFilter(power: 0, error: 0).ceiling(.infinity) == nil)
    #expect(RoundingFilter(power: 0, error: .infinity).ceiling(1) == nil)
    #expect(RoundingFilter(power: 0, error: .nan).ceiling(1.5) == nil)
    #expect(RoundingFilter(power: 0, error: 0).ceiling(0) == 0)
  }

  @Test func topsAreSaidOnlyIfTheErrorLeavesThem() {
    #expect(RoundingFilter.top(8, error: 0) == 3)
    #expect(RoundingFilter.top(8, error: 0x1p-30) == nil)
    #expect(RoundingFilter.top(7.9, error: 0x1p-30) == 2)
    #expect(RoundingFilter.top(7.9, error: .infinity) == nil)
    #expect(RoundingFilter.top(0, error: 1) == nil)
    #expect(RoundingFilter.top(.nan, error: 0x1p-30) == nil)
  }

  /// Sums in doubles stay within the bound on their error.
  @Test func boundsTheErrorOfSums() {
    var generator = SplitMix64(seed: 4)
    for _ in 0..<300 {
      let count = Int.random(in: 1...200, using: &generator)
      var (sum, exact, magnitude) = (0.0, Dyadic.zero, 0.0)
      for _ in 0..<count {
        let left = Double.random(in: -1...1, using: &generator)
        let right = Double(Int.random(in: -1 << 28...1 << 28, using: &generator))
        sum += left * right
        magnitude += abs(left) * abs(right)
        exact += Dyadic(left) * Dyadic(right)
      }
      let error = (Dyadic(sum) - exact).magnitude
      #expect(error <= Dyadic(RoundingFilter.errorOfSum(count: count, magnitude: magnitude)))
    }
  }
}
