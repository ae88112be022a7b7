import NeuralNetwork
import Testing

@Suite struct InputDomainTests {
  private func error(
    _ lower: [Double], _ upper: [Double], rows: [LinearRow] = [], ball: L1Ball? = nil
  ) -> DomainError? {
    do throws(DomainError) {
      _ = try InputDomain(box: Box(lower: lower, upper: upper), rows: rows, ball: ball)
      return nil
    } catch {
      return error
    }
  }

  private func row(_ terms: [(Int, Double)], _ bound: Double) -> LinearRow {
    LinearRow(terms: terms.map { .init(input: $0.0, coefficient: $0.1) }, bound: bound)
  }

  @Test func refusesBoxesThatAreNone() {
    #expect(error([], []) == .noInputs)
    #expect(error([0], [1, 2]) == .lengthMismatch(expected: 1, found: 2))
    #expect(error([0, 2], [1, 1]) == .empty(input: 1, lower: 2, upper: 1))
    #expect(error([0], [.infinity]) == .unbounded(input: 0, lower: 0, upper: .infinity))
    #expect(error([-.infinity], [0]) == .unbounded(input: 0, lower: -.infinity, upper: 0))
    #expect(error([.nan], [0]) != nil)
    #expect(error([0], [0]) == nil)
    #expect(error([-0.0], [0]) == nil)
  }

  @Test func refusesRowsThatDoNotFit() {
    for bad in [
      row([(0, .nan)], 0), row([(0, .infinity)], 0), row([(0, 1)], .nan), row([(1, 1)], 0),
      row([(-1, 1)], 0), row([(.max, 1)], 0), row([(0, 1), (0, 2)], 0),
    ] {
      guard case .badRow(1, _) = error([0], [1], rows: [row([], 0), bad]) else {
        Issue.record("\(bad) was taken")
        continue
      }
    }
    #expect(row([(1, 2), (0, 3)], 0).terms.map(\.input) == [0, 1])
  }

  @Test func refusesBallsThatDoNotFit() {
    func ball(_ center: [Double], _ radius: Double) -> L1Ball {
      L1Ball(center: center, radius: radius)
    }
    #expect(
      error([0], [1], ball: ball([], 1)) == .lengthMismatch(expected: 1, found: 0))
    for bad in [ball([.nan], 1), ball([.infinity], 1), ball([0], .infinity), ball([0], -1)] {
      #expect(error([0], [1], ball: bad) == .badBall(radius: bad.radius))
    }
    #expect(error([0], [1], ball: ball([0], .nan)) != nil)
    #expect(error([0], [1], ball: ball([9], 0)) == nil)
  }

  @Test func knowsBoxes() throws {
    let box = Box(lower: -1, upper: 1, count: 3)
    #expect(try InputDomain(box: box).isBox)
    #expect(try InputDomain(box: box).inputCount == 3)
    #expect(try !InputDomain(box: box, rows: [row([], 0)]).isBox)
    #expect(try !InputDomain(box: box, ball: L1Ball(center: [0, 0, 0], radius: 1)).isBox)
  }
}
