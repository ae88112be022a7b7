import BigInt
import ExactArithmetic
import TestSupport
import Testing

@Suite struct DyadicTests {
  private static let numberCount = 2000

  @Test func readsEveryKindOfDouble() {
    #expect(Dyadic(0.0) == .zero)
    #expect(Dyadic(-0.0) == .zero)
    #expect(Dyadic(1.0) == .one)
    #expect(Dyadic(-3.25) == Dyadic(BigInt(-13), exponent: -2))
    #expect(Dyadic(Double.leastNonzeroMagnitude) == Dyadic(BigInt(1), exponent: -1074))
    #expect(Dyadic(-Double.leastNonzeroMagnitude) == Dyadic(BigInt(-1), exponent: -1074))
    #expect(Dyadic(Double.leastNormalMagnitude) == Dyadic(BigInt(1), exponent: -1022))
    let largestSubnormal = Double.leastNormalMagnitude.nextDown
    #expect(Dyadic(largestSubnormal) == Dyadic(BigInt(1) << 52 - 1, exponent: -1074))
    let most = Double.greatestFiniteMagnitude
    #expect(Dyadic(most) == Dyadic(BigInt(1) << 53 - 1, exponent: 971))
    #expect(Dyadic(-most) == Dyadic(1 - BigInt(1) << 53, exponent: 971))
  }

  @Test func comesBackFromRandomDoubles() {
    var generator = SplitMix64(seed: 3)
    for _ in 0..<Self.numberCount {
      let value = Double(bitPattern: generator.next())
      guard value.isFinite else { continue }
      #expect(Dyadic(value).nearest(in: .float64) == value)
      #expect(Dyadic(value).exactly(in: .float64) == value)
      #expect(Dyadic(value).approximation == value)
    }
  }

  @Test func isNormalized() {
    let number = Dyadic(BigInt(-24), exponent: 5)
    #expect(number.significand == -3)
    #expect(number.exponent == 8)
    #expect(Dyadic(BigInt(0), exponent: 99) == .zero)
    #expect(Dyadic(BigInt(0), exponent: 99).exponent == 0)
    #expect(Dyadic(12) == Dyadic(BigInt(3), exponent: 2))
    #expect(Dyadic(Int.min).exponent == 63)
    #expect(number.bitCount == 2)
    #expect(Dyadic.zero.bitCount == 0)
    #expect(number.significand(atExponent: 4) == -48)
    #expect(Dyadic.zero.significand(atExponent: 700) == 0)
  }

  @Test func calculatesLikeIntegers() {
    var generator = SplitMix64(seed: 5)
    // Every number is a multiple of 2^-400, so its integer is its 2^400 fold.
    func integer(_ number: Dyadic) -> BigInt { number.significand(atExponent: -400) }
    for _ in 0..<Self.numberCount {
      let left = DyadicSamples.number(&generator)
      let right = DyadicSamples.number(&generator)
      #expect(integer(left + right) == integer(left) + integer(right))
      #expect(integer(left - right) == integer(left) - integer(right))
      let product = left * right
      #expect(product.significand(atExponent: -800) == integer(left) * integer(right))
      #expect((left < right) == (integer(left) < integer(right)))
      #expect((left == right) == (integer(left) == integer(right)))
      #expect(integer(-left) == -integer(left))
      #expect(integer(left.magnitude) == BigInt(integer(left).magnitude))
      #expect(left.signum == integer(left).signum())
      #expect(integer(left.scaled(byPowerOfTwo: 7)) == integer(left) << 7)
      #expect(left.isZero == integer(left).isZero)
      for result in [left + right, left - right, product, -left] {
        #expect(result.isZero ? result.exponent == 0 : result.significand.magnitude & 1 == 1)
      }
      var sum = left
      sum += right
      sum -= left
      #expect(sum == right)
    }
  }

  /// Numbers around the place where big integers begin, in every operation and every spelling.
  @Test func narrowAndWideNumbersAgree() {
    var generator = SplitMix64(seed: 11)
    let significands = [1, 2, 62, 63, 64, 65, 100, 124, 125, 126, 127, 128, 129, 200].flatMap {
      let power = BigInt(1) << $0
      return [power - 1, power + 1, -power + 1, -power - 1]
        + (0..<3).map { _ in power + BigInt(Int64.random(in: -1 << 40...1 << 40, using: &generator))
        }
    }
    for left in significands {
      #expect(Dyadic(left, exponent: 0).significand << Dyadic(left, exponent: 0).exponent == left)
      for right in significands {
        for shift in [0, 1, 60, 70] {
          let a = Dyadic(left, exponent: shift)
          let b = Dyadic(right, exponent: 0)
          let whole = left << shift
          #expect(a + b == Dyadic(whole + right, exponent: 0))
          #expect(a - b == Dyadic(whole - right, exponent: 0))
          #expect(a * b == Dyadic(whole * right, exponent: 0))
          #expect((a < b) == (whole < right))
          #expect((a == b) == (whole == right))
          #expect((-a).significand << a.exponent == -whole)
        }
      }
    }
  }

  @Test func takesMachineIntegers() {
    for value in [0, 1, -1, 12, Int128.max, .min, Int128.max - 1, .min + 1, 1 << 126, -(1 << 126)] {
      #expect(Dyadic(integer: value, exponent: 5) == Dyadic(BigInt(value), exponent: 5))
      #expect(Dyadic(integer: value, exponent: 5).signum == Int(value.signum()))
    }
    let most = Int128(1) << 126 - 1
    #expect(Dyadic(BigInt(1) << 126 - 1, exponent: 0).narrowSignificand == most)
    #expect(Dyadic(BigInt(1) << 126 + 1, exponent: 0).narrowSignificand == nil)
    #expect(Dyadic(1 - BigInt(1) << 126, exponent: 0).narrowSignificand == -most)
  }
}

/// Random exact numbers of every size between 2^-400 and 2^400.
enum DyadicSamples {
  static func number(_ generator: inout SplitMix64) -> Dyadic {
    if Int.random(in: 0..<20, using: &generator) == 0 { return .zero }
    var significand = BigInt(0)
    for _ in 0..<Int.random(in: 1...3, using: &generator) {
      significand = significand << 64 + BigInt(generator.next())
    }
    significand >>= Int.random(in: 0..<64, using: &generator)
    let number = Dyadic(significand, exponent: Int.random(in: -400...200, using: &generator))
    return Bool.random(using: &generator) ? number : -number
  }
}
