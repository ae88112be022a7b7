import ExactArithmetic
import TestSupport
import Testing

@testable import Espalier

/// Ranks and coefficients against plain elimination.
@Suite struct LinearDependenceTests {
  /// The rows that are no sums of the rows before them, by elimination without division.
  private func basis(of rows: [[Int]]) -> [Int] {
    var reduced: [(pivot: Int, row: [Dyadic])] = []
    var basis: [Int] = []
    for (index, row) in rows.enumerated() {
      var rest = row.map { Dyadic($0) }
      for (pivot, other) in reduced where !rest[pivot].isZero {
        let (factor, divisor) = (rest[pivot], other[pivot])
        rest = zip(rest, other).map { $0 * divisor - $1 * factor }
      }
      if let pivot = rest.firstIndex(where: { !$0.isZero }) {
        reduced.append((pivot, rest))
        basis.append(index)
      }
    }
    return basis
  }

  private func randomRows(_ generator: inout SplitMix64, limit: Int) -> [[Int]] {
    let columns = Int.random(in: 1...7, using: &generator)
    let rank = Int.random(in: 0...columns, using: &generator)
    let seeds = (0..<rank).map { _ in
      (0..<columns).map { _ in Int.random(in: -limit...limit, using: &generator) }
    }
    return (0..<Int.random(in: 1...9, using: &generator)).map { _ in
      seeds.reduce([Int](repeating: 0, count: columns)) { sum, row in
        let factor = Int.random(in: -2...2, using: &generator)
        return zip(sum, row).map { $0 + factor * $1 }
      }
    }
  }

  /// Expects that each dependence gives its row, with no more than a rounding of 128 bits.
  private func expectSums(_ analysis: LinearDependence, _ rows: [[Dyadic]]) {
    for dependence in analysis.dependences {
      #expect(dependence.coefficients.count == analysis.basis.count)
      for t in rows[dependence.row].indices {
        var sum = Dyadic.zero
        var size = Dyadic.zero
        for (place, coefficient) in zip(analysis.basis, dependence.coefficients) {
          sum += coefficient * rows[place][t]
          size += (coefficient * rows[place][t]).magnitude
        }
        let distance = (sum - rows[dependence.row][t]).magnitude
        #expect(distance <= size.scaled(byPowerOfTwo: -120))
        if dependence.coefficients.allSatisfy({ $0.bitCount < 64 }) { #expect(distance.isZero) }
      }
    }
  }

  @Test(arguments: [1, 2, 3, 1 << 40])
  func ranksAreThoseOfElimination(limit: Int) throws {
    var generator = SplitMix64(seed: UInt64(limit))
    for _ in 0..<200 {
      let numbers = randomRows(&generator, limit: limit)
      let shift = Int.random(in: -40...40, using: &generator)
      let rows = numbers.map { row in row.map { Dyadic($0).scaled(byPowerOfTwo: shift) } }
      let analysis = LinearDependence(of: rows)
      let truth = basis(of: numbers)
      #expect(analysis.basis == truth)
      #expect(
        analysis.dependences.map(\.row) == rows.indices.filter { !truth.contains($0) })
      #expect(LinearDependence.isIndependent(rows) == (truth.count == rows.count))
      expectSums(analysis, rows)
    }
  }

  @Test func coefficientsAreExactOrNearest() throws {
    let rows = [[3, 0, 3], [0, 4, 0], [0, 0, 0], [6, -1, 6], [1, 0, 1]].map {
      $0.map { Dyadic($0) }
    }
    let analysis = LinearDependence(of: rows)
    #expect(analysis.basis == [0, 1])
    #expect(analysis.dependences.map(\.row) == [2, 3, 4])
    #expect(analysis.dependences[0].coefficients == [.zero, .zero])
    #expect(analysis.dependences[1].coefficients == [Dyadic(2), Dyadic(-0.25)])
    let third = analysis.dependences[2].coefficients[0]
    #expect(third.bitCount >= 120 && third.bitCount <= 129)
    #expect((third * Dyadic(3) - .one).magnitude < Dyadic.one.scaled(byPowerOfTwo: -120))
    #expect(third.signum > 0 && Dyadic(-1).quotient(by: Dyadic(3)) == -third)
    #expect(Dyadic(6).quotient(by: Dyadic(-1.5)) == Dyadic(-4))
    #expect(Dyadic.zero.quotient(by: Dyadic(7)).isZero)
  }

  /// A multiple of the prime looks like 0 to the residues; the row is then left in the basis.
  @Test func numbersThatVanishModuloThePrime() throws {
    let prime = Dyadic(Int(Residue.prime))
    let analysis = LinearDependence(of: [[prime, .zero], [.one, .zero], [.zero, prime]])
    #expect(analysis.basis == [0, 1, 2] || analysis.basis == [1, 2])
    expectSums(analysis, [[prime, .zero], [.one, .zero], [.zero, prime]])
    #expect(!LinearDependence.isIndependent([[prime], [prime]]))
    #expect(Residue.of(prime) == 0 && Residue.of(-prime) == 0)
    #expect(Residue.of(Dyadic(-1)) == Residue.prime - 1)
    #expect(Residue.multiply(Residue.of(Dyadic(0x1p-70)), Residue.of(Dyadic(0x1p70))) == 1)
    for value in [3, 7, 1 << 60, (1 << 61) - 2] as [UInt64] {
      #expect(Residue.multiply(value, Residue.inverse(value)) == 1)
    }
  }

  @Test func emptyRowsAndNoRows() throws {
    #expect(LinearDependence(of: []).basis == [])
    let empty = LinearDependence(of: [[], []])
    #expect(empty.basis == [])
    #expect(empty.dependences.map(\.row) == [0, 1])
    #expect(LinearDependence.isIndependent([]))
    #expect(!LinearDependence.isIndependent([[]]))
  }

  @Test func exponentsFarApart() throws {
    let (tiny, huge) = (Dyadic.one.scaled(byPowerOfTwo: -1074), Dyadic(0x1p1023))
    let rows = [[tiny, huge], [huge, tiny], [tiny + huge, huge + tiny], [huge, huge]]
    let analysis = LinearDependence(of: rows)
    #expect(analysis.basis == [0, 1])
    #expect(analysis.dependences[0].coefficients == [.one, .one])
    expectSums(analysis, rows)
  }

  /// With a large basis no coefficients are computed, but zero rows are still known.
  @Test func aLargeBasisIsLeftAlone() throws {
    let count = (1...).first { $0 * $0 * $0 * ($0 + 2) > LinearDependence.largestWork } ?? 0
    for size in [count - 1, count + 1] {
      var rows = (0..<size).map { i in
        (0..<size).map { $0 == i ? Dyadic.one : .zero }
      }
      rows.append(rows[0].indices.map { $0 < 2 ? .one : .zero })
      rows.append(rows[0].map { _ in .zero })
      let analysis = LinearDependence(of: rows)
      #expect(analysis.basis.count == (size < count ? size : size + 1))
      #expect(analysis.dependences.map(\.row) == (size < count ? [size, size + 1] : [size + 1]))
      #expect(!LinearDependence.isIndependent(rows))
      expectSums(analysis, rows)
    }
  }
}
