internal import BigInt

/// The first binomial coefficients `C(n, 0), C(n, 1), …` and their partial sums.
struct BinomialRow {
  /// The coefficients `C(n, j)` for `j` from 0 to the smaller of `n` and the limit.
  let values: [BigInt]
  private let sums: [BigInt]

  /// The coefficients up to `C(n, limit)`.
  init(_ n: Int, upTo limit: Int) {
    var values: [BigInt] = [1]
    var sums: [BigInt] = [1]
    for j in stride(from: 1, through: min(n, limit), by: 1) {
      values.append(values[j - 1] * BigInt(n - j + 1) / BigInt(j))
      sums.append(sums[j - 1] + values[j])
    }
    self.values = values
    self.sums = sums
  }

  /// `C(n, 0) + … + C(n, last)`; zero if `last` is negative.
  func sum(upTo last: Int) -> BigInt {
    last < 0 ? 0 : sums[min(last, sums.count - 1)]
  }
}
