import ExactArithmetic
import Testing

@Suite struct IntervalTests {
  private func interval(_ lower: Double, _ upper: Double) -> Interval {
    Interval(Dyadic(lower), Dyadic(upper))
  }

  @Test func meets() {
    #expect(interval(0, 2).intersection(interval(1, 3)) == interval(1, 2))
    #expect(interval(0, 1).intersection(interval(1, 3)) == interval(1, 1))
    #expect(interval(0, 1).intersection(interval(1.5, 3)) == nil)
    #expect(interval(-1, 5).intersection(interval(0, 1)) == interval(0, 1))
  }

  @Test func knowsPointsAndMagnitudes() {
    #expect(Interval(Dyadic(3)).isPoint)
    #expect(!interval(0, 1).isPoint)
    #expect(interval(-3, 2).magnitude == Dyadic(3))
    #expect(interval(-1, 2).magnitude == Dyadic(2))
    #expect(Interval(.zero).magnitude == .zero)
  }

  @Test func trapsIfEmpty() async {
    await #expect(processExitsWith: .failure) { _ = Interval(.one, .zero) }
  }
}
