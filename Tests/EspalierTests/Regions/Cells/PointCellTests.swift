import ExactArithmetic
import MILP
import TestSupport
import Testing

@testable import Certificates
@testable import Espalier

/// What points and programs in doubles say of a cell is what exact programs say.
@Suite struct PointCellTests {
  @Test(arguments: CutNetwork.Kind.allCases)
  func findingsAreRight(kind: CutNetwork.Kind) throws {
    for seed in 0..<4 {
      let path = CutPath(
        try CutNetwork(kind, dimension: 1 + seed, seed: 40 + UInt64(seed), unitCount: 9),
        seed: UInt64(seed))
      var decidedCount = 0
      for place in path.places {
        let program = CellProgram(path.sample.network, cuts: place.cuts)
        guard let point = program.deepPoint(), program.isStrictlyInside(point) else { continue }
        expectInside(path, place, point, nil)
        switch PointCell(point: point).examine(path.sample.forms, place.row, program) {
        case .oneSided(let isOn): #expect(place.side == (isOn ? .on : .off))
        case .both(let off, let on):
          #expect(place.side == .touching)
          expectInside(path, place, off, false)
          expectInside(path, place, on, true)
        case .unknown: continue
        }
        decidedCount += 1
      }
      if kind == .general || kind == .deep { #expect(decidedCount == path.places.count) }
    }
  }

  /// Expects that a point is strictly inside all cuts, exactly, and on one side of the unit.
  private func expectInside(
    _ path: CutPath, _ place: CutPath.Place, _ point: [Double], _ isOn: Bool?
  ) {
    let exact = point.map { Rational(Dyadic($0)) }
    for cut in place.cuts?.all ?? [] {
      #expect(path.sample.value(cut.row, at: exact).signum == (cut.isOn ? 1 : -1))
    }
    #expect(point.allSatisfy { $0 >= -1 && $0 <= 1 })
    if let isOn { #expect(path.sample.value(place.row, at: exact).signum == (isOn ? 1 : -1)) }
  }
}

/// Sides, points and half-open cells, by hand.
@Suite struct ExactCellTests {
  /// The square from -1 to 1 with `x`, `x - 1`, `x + 1`, `y - 2`, `2 x` and 0.
  private func sample() throws -> CutNetwork {
    try CutNetwork(
      rows: [[1, 0], [1, 0], [1, 0], [0, 1], [2, 0], [0, 0]], biases: [0, -1, 1, -2, 0, 0])
  }

  private func cell(_ sample: CutNetwork, _ cuts: [(row: Int, isOn: Bool)]) -> ExactCell {
    var last: Cut?
    for cut in cuts {
      last = Cut(
        last, forms: sample.forms, row: cut.row, layer: 0, position: cut.row, isOn: cut.isOn)
    }
    return ExactCell(sample.network, forms: sample.exact, cuts: last)
  }

  @Test func sidesAreThoseOfTheInside() throws {
    let sample = try sample()
    let whole = cell(sample, [])
    #expect(
      (0..<6).map { whole.side(layer: 0, row: $0) }
        == [.touching, .off, .on, .off, .touching, .zero])
    let right = cell(sample, [(0, true)])
    #expect(right.side(layer: 0, row: 4) == .on && right.side(layer: 0, row: 1) == .off)
    #expect(cell(sample, [(0, false)]).side(layer: 0, row: 4) == .off)
    #expect(cell(sample, [(0, true), (0, false)]).side(layer: 0, row: 4) == .zero)
  }

  @Test func facesBelongToTheSideThatIsNotStrict() throws {
    let sample = try sample()
    let whole = cell(sample, [])
    // `x - 1` is 0 on a side of the square, which is off; `x + 1` as well.
    #expect(!whole.isTaken(layer: 0, row: 1, isOn: true))
    #expect(whole.isTaken(layer: 0, row: 2, isOn: false))
    #expect(!whole.isTaken(layer: 0, row: 5, isOn: true))
    #expect(whole.isTaken(layer: 0, row: 5, isOn: false))
    // On x > 0 there is no point with x ≤ 0, and on x ≤ 0 none with x > 0.
    #expect(!cell(sample, [(0, true)]).isTaken(layer: 0, row: 4, isOn: false))
    #expect(!cell(sample, [(0, false)]).isTaken(layer: 0, row: 4, isOn: true))
    #expect(cell(sample, [(0, false)]).isTaken(layer: 0, row: 4, isOn: false))
  }

  @Test func innerPointsAreStrictlyInside() throws {
    let sample = try sample()
    func phases(_ known: [Int: UnitPhase]) -> [UnitPhase] { (0..<6).map { known[$0] ?? .open } }
    let right = cell(sample, [(0, true)])
    // Also off the side x = 1, where the unit `x - 1` is 0.
    let point = try #require(right.innerPoint(phases([0: .cutOn, 1: .off])))
    #expect(point[0].signum > 0 && point[0] < Rational(1))
    #expect(right.innerPoint(phases([0: .cutOn, 4: .off])) == nil)
    #expect(cell(sample, [(1, true)]).innerPoint(phases([1: .cutOn])) == nil)
  }

  @Test func multipliersProveTheMaximum() throws {
    let path = CutPath(try CutNetwork(.integers, dimension: 3, seed: 9), seed: 9)
    for place in path.places {
      let maximum = try #require(place.cell.maximum(layer: 0, row: place.row, isOn: true))
      #expect(maximum.multipliers.allSatisfy { $0.signum >= 0 })
      var form = path.sample.exactForm(place.row)
      for (cut, value) in zip(place.cuts?.all ?? [], maximum.multipliers) {
        let sign = Rational(cut.isOn ? 1 : -1)
        form = zip(form, path.sample.exactForm(cut.row)).map { $0 + value * sign * $1 }
      }
      let n = form.count - 1
      let bound = form[..<n].reduce(form[n]) { $0 + ($1.signum < 0 ? -$1 : $1) }
      #expect(bound == maximum.value)
    }
  }
}
