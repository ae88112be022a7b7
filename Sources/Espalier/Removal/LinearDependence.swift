internal import BigInt
internal import ExactArithmetic

/// Which rows of a matrix are sums of the rows before them, exactly.
///
/// Ranks are found modulo the prime `2^61 - 1`, where they are at most the true ones; so rows that are
/// independent there are. What depends there is solved by fraction-free elimination (Bareiss, 1968)
/// and compared with the row itself.
struct LinearDependence {
  /// A row that is a sum of rows of the basis.
  struct Dependence {
    /// The row.
    let row: Int
    /// A coefficient for each row of the basis: exact, or cut to at least 128 bits.
    let coefficients: [Dyadic]
  }

  /// The most work for coefficients: the numbers grow with the basis, so the work of elimination does
  /// with its fourth power.
  ///
  /// About two seconds.
  static let largestWork = 600_000

  /// Rows that no coefficients were found for, ascending: the others are sums of these.
  let basis: [Int]
  /// All other rows whose coefficients were found.
  let dependences: [Dependence]

  /// Analyses rows of equal length.
  init(of rows: [[Dyadic]]) {
    let (basis, pivots) = Self.eliminate(rows)
    let isIn = Set(basis)
    let others = rows.indices.filter { !isIn.contains($0) }
    let zeros = others.filter { rows[$0].allSatisfy(\.isZero) }
    var found = zeros.map { (row: $0, coefficients: [Int: Dyadic]()) }
    var independent = basis
    let rest = others.filter { !zeros.contains($0) }
    let open = rest.prefix(Self.solvableCount(basis: basis.count))
    independent += rest.dropFirst(open.count)
    if !open.isEmpty {
      let solutions = Self.solve(basis.map { rows[$0] }, open.map { rows[$0] }, pivots)
      for (row, solution) in zip(open, solutions) {
        guard let solution else {
          independent.append(row)
          continue
        }
        found.append((row, Dictionary(uniqueKeysWithValues: zip(basis, solution))))
      }
    }
    let all = independent.sorted()
    self.basis = all
    dependences = found.sorted { $0.row < $1.row }.map { row, coefficients in
      Dependence(row: row, coefficients: all.map { coefficients[$0] ?? .zero })
    }
  }

  /// How many rows may be solved in a basis.
  private static func solvableCount(basis count: Int) -> Int {
    max(0, largestWork / max(1, count * count * count) - count)
  }

  /// True if no row is a sum of others, for certain.
  static func isIndependent(_ rows: [[Dyadic]]) -> Bool {
    eliminate(rows).basis.count == rows.count
  }

  // MARK: Modulo a prime

  /// Rows that are independent modulo the prime, and a column for each.
  private static func eliminate(_ rows: [[Dyadic]]) -> (basis: [Int], pivots: [Int]) {
    var reduced: [(pivot: Int, row: [UInt64])] = []
    var basis: [Int] = []
    for (index, row) in rows.enumerated() {
      var residues = row.map { $0.isZero ? 0 : Residue.of($0) }
      for other in reduced where residues[other.pivot] != 0 {
        let factor = Residue.prime - residues[other.pivot]
        for t in residues.indices where other.row[t] != 0 {
          residues[t] = Residue.add(residues[t], Residue.multiply(factor, other.row[t]))
        }
      }
      guard let pivot = residues.firstIndex(where: { $0 != 0 }) else { continue }
      let inverse = Residue.inverse(residues[pivot])
      reduced.append((pivot, residues.map { Residue.multiply($0, inverse) }))
      basis.append(index)
    }
    return (basis, reduced.map(\.pivot))
  }

  // MARK: Exactly

  /// The coefficients of each right-hand row in the basis rows; nil if it is no sum of them.
  private static func solve(
    _ basis: [[Dyadic]], _ right: [[Dyadic]], _ pivots: [Int]
  ) -> [[Dyadic]?] {
    let scales = basis.map { lowestExponent($0) }
    let rightScales = right.map { lowestExponent($0) }
    var system = pivots.map { t in
      zip(basis, scales).map { $0[t].significand(atExponent: $1) }
        + zip(right, rightScales).map { $0[t].significand(atExponent: $1) }
    }
    guard let determinant = eliminateExactly(&system, count: basis.count) else {
      return right.map { _ in nil }
    }
    return right.indices.map { k in
      let numerators = system.indices.map { j in
        Dyadic(system[j][basis.count + k], exponent: rightScales[k] - scales[j])
      }
      let denominator = Dyadic(determinant, exponent: 0)
      let isSum = right[k].indices.allSatisfy { t in
        var sum = denominator * right[k][t]
        for (row, numerator) in zip(basis, numerators) where !row[t].isZero {
          sum -= numerator * row[t]
        }
        return sum.isZero
      }
      return isSum ? numerators.map { $0.quotient(by: denominator) } : nil
    }
  }

  /// Fraction-free Gauss-Jordan elimination; afterwards the first columns are the determinant times
  /// the identity.
  private static func eliminateExactly(_ system: inout [[BigInt]], count: Int) -> BigInt? {
    var previous = BigInt(1)
    for k in 0..<count {
      guard let pivot = (k..<count).first(where: { !system[$0][k].isZero }) else { return nil }
      system.swapAt(k, pivot)
      let row = system[k]
      for i in system.indices where i != k {
        let factor = system[i][k]
        for j in system[i].indices where j > k || j == i {
          system[i][j] = (row[k] * system[i][j] - factor * row[j]) / previous
        }
        system[i][k] = 0
      }
      previous = row[k]
    }
    return previous
  }

  private static func lowestExponent(_ row: [Dyadic]) -> Int {
    row.filter { !$0.isZero }.map(\.exponent).min() ?? 0
  }
}

extension Dyadic {
  /// The bits of a quotient that is not dyadic.
  private static let quotientBitCount = 128
  /// The most bits of any quotient; certificates hold no longer ones.
  static let longestQuotient = 256

  /// This number divided by another one: exact if that is a dyadic number of few bits, else cut to at least 128 bits.
  ///
  /// - Precondition: `divisor` is not zero.
  func quotient(by divisor: Dyadic) -> Dyadic {
    precondition(!divisor.isZero, "division by zero")
    if isZero { return .zero }
    let shift = max(0, Self.quotientBitCount + divisor.bitCount - bitCount)
    let (quotient, _) = (significand << shift).quotientAndRemainder(
      dividingBy: divisor.significand)
    return Dyadic(quotient, exponent: exponent - divisor.exponent - shift)
      .rounded(.nearestEven, toBitCount: Self.longestQuotient)
  }
}
