import ExactArithmetic
import Testing

@testable import Espalier

/// Printed bounds err to the safe side.
@Suite struct DifferenceReportTests {
  @Test func printedBoundsHoldWhatTheyStandFor() throws {
    var value = 1.2345678e-12
    for _ in 0..<300 {
      let exact = Dyadic(value)
      let below = try #require(Double(DifferenceReport.downward(exact)))
      let above = try #require(Double(DifferenceReport.upward(exact)))
      #expect(below <= value && value <= above)
      #expect(above - below <= 0.0021 * value)
      value *= 1.37
    }
    #expect(DifferenceReport.upward(.zero) == "0")
    #expect(DifferenceReport.downward(Dyadic(0.5)) == "0.5")
    let tiny = Dyadic.one.scaled(byPowerOfTwo: -3000)
    #expect(DifferenceReport.downward(tiny) == "0")
    #expect(DifferenceReport.upward(tiny) != "0")
  }
}
