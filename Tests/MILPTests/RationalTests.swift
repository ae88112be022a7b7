import BigInt
import ExactArithmetic
import MILP
import Testing

@Suite struct RationalTests {
  @Test func isKeptInLowestTerms() {
    #expect(Rational(6, -4) == Rational(-3, 2))
    #expect(Rational(0, -7) == .zero)
    #expect(Rational(-3, 2).description == "-3/2")
    #expect(Rational(8, 4).description == "2")
  }

  @Test func calculates() {
    #expect(Rational(1, 3) + Rational(1, 6) == Rational(1, 2))
    #expect(Rational(1, 3) - Rational(1, 2) == Rational(-1, 6))
    #expect(Rational(2, 3) * Rational(-3, 4) == Rational(-1, 2))
    #expect(Rational(2, 3) / Rational(-4, 3) == Rational(-1, 2))
    #expect(Rational(-1, 2) < Rational(-1, 3))
  }

  @Test func floors() {
    #expect(Rational(7, 2).floor == 3)
    #expect(Rational(-7, 2).floor == -4)
    #expect(Rational(-4, 2).floor == -2)
  }

  @Test func convertsToAndFromDyadic() {
    #expect(Rational(Dyadic(-0.375)) == Rational(-3, 8))
    #expect(Rational(Dyadic(12.0)) == Rational(12))
    #expect(Rational(-3, 8).dyadic == Dyadic(-0.375))
    #expect(Rational(1, 3).dyadic == nil)
  }

  @Test func approximates() {
    #expect(Rational(1, 3).approximation == 1.0 / 3.0)
    #expect(Rational(-2, 3).approximation == -2.0 / 3.0)
    #expect(Rational.zero.approximation == 0)
    let huge = Rational(Dyadic.one.scaled(byPowerOfTwo: 900))
    #expect((huge / (huge * Rational(5))).approximation == 0.2)
  }

  @Test func clearsOddDenominatorsOnly() {
    let (factor, scaled) = Rational.clearingDenominators(
      of: [Rational(1, 6), Rational(-5, 9), Rational(3, 4), .zero])
    #expect(factor == 9)
    #expect(scaled == [Dyadic(1.5), Dyadic(-5), Dyadic(6.75), .zero])
    #expect(Rational.clearingDenominators(of: []).factor == 1)
  }
}
