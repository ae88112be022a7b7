/// Sets of numbers that are merged.
struct DisjointSets: Sendable {
  private var parents: [Int]

  /// Each number from 0 on in a set of its own.
  init(count: Int) { parents = Array(0..<count) }

  /// The number that stands for the set of `i`.
  mutating func root(of i: Int) -> Int {
    var root = i
    while parents[root] != root {
      parents[root] = parents[parents[root]]
      root = parents[root]
    }
    return root
  }

  /// Makes one set of two: the smaller root stands for both.
  mutating func merge(_ i: Int, _ j: Int) {
    let (one, other) = (root(of: i), root(of: j))
    parents[max(one, other)] = min(one, other)
  }

  /// For each number the index of its set, by ascending smallest member, and how many there are.
  mutating func numbered() -> (indices: [Int], count: Int) {
    var numbers: [Int: Int] = [:]
    let indices = parents.indices.map { i in
      let root = root(of: i)
      let number = numbers[root] ?? numbers.count
      numbers[root] = number
      return number
    }
    return (indices, numbers.count)
  }
}
