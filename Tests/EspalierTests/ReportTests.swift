import Certificates
import ExactArithmetic
import NeuralNetwork
import Testing

@testable import Espalier

/// Numbers and tables as people see them.
@Suite struct ReportTests {
  @Test(arguments: [
    (0.0, "0"), (0.1277, "0.1277"), (1234.56, "1235"), (12.345, "12.35"), (-0.5, "-0.5"),
    (1e-9, "1e-9"), (123456.0, "1.235e5"), (.infinity, "inf"), (1e300, "1e300"),
    (.leastNonzeroMagnitude, "5e-324"),
  ])
  func shortNumbersHaveFourDigits(value: Double, text: String) {
    #expect(ShortNumber.text(value) == text)
  }

  @Test func wholeNumbersAreGrouped() {
    #expect(ShortNumber.grouped(89_610) == "89,610")
    #expect(ShortNumber.grouped(-1_000_000) == "-1,000,000")
    #expect(ShortNumber.grouped(7) == "7")
  }

  @Test func tablesAlignAndDrawALineAboveTotals() {
    var table = TextTable([("name", .left), ("count", .right)])
    table.add(["a", "1"])
    table.addTotal(["all", "100"])
    #expect(
      table.lines == ["name  count", "────  ─────", "a         1", "────  ─────", "all     100"])
  }

  @Test func floatSafeVerdictsAreCountedAmongTheStable() {
    func verdict(_ i: Int, _ stability: Stability, floatSafe: Bool = false) -> Verdict {
      Verdict(
        unit: UnitID(layer: 0, index: i), stability: stability,
        bounds: Interval(Dyadic(-1), Dyadic(-1)), settledBy: "interval", floatSafe: floatSafe)
    }
    let report = StabilityReport(
      verdicts: [
        verdict(0, .stablyInactive, floatSafe: true), verdict(1, .stablyInactive),
        verdict(2, .unstable),
      ], widths: [3])
    #expect(
      report.layerTable.lines[2]
        == "    0           3         2       0         1          0      1 of 2  interval 3")
    #expect(report.unitTable.lines[2].hasSuffix("interval    proof, float-safe"))
    #expect(report.unitTable.lines[3].hasSuffix("proof"))
  }

  @Test func domainsAreSummedUp() throws {
    let plain = try InputDomain(box: Box(lower: 0, upper: 1, count: 784))
    #expect(plain.summary == "box [0, 1] of 784 inputs")
    let cut = try InputDomain(
      box: Box(lower: [0, 0.5], upper: [1, 1]),
      rows: [LinearRow(terms: [.init(input: 0, coefficient: 1)], bound: 1)],
      ball: L1Ball(center: [0, 0], radius: 0.25))
    #expect(
      cut.summary
        == "box of 2 inputs with 2 different intervals, 1 linear row, L1 ball of radius 0.25")
  }
}
