/// Colors for things that touch: neighbors differ.
struct ColorAssignment {
  /// Light colors that color-blind eyes tell apart.
  ///
  /// - Source: Paul Tol, "Colour Schemes", SRON/EPS/TN/09-002, 2021: the scheme "light", softened
  ///   with white; purple and brown in place of its olive make ten.
  static let palette = [
    "#95bde4", "#f2a288", "#f2e4a2", "#6dcaaf", "#ffbdca", "#afe4ff",
    "#cad760", "#d7afd7", "#e4e4e4", "#bdaf95",
  ]

  /// The color of each thing, as an index into the palette.
  let colors: [Int]
  /// True if no color stands for two things.
  var isUnique: Bool { colors.count <= Self.palette.count }

  /// Colors `count` things, given the pairs that touch.
  ///
  /// Each takes the color that its neighbors leave and that is rarest so far.
  init(count: Int, touching pairs: Set<[Int]>) {
    guard count > Self.palette.count else {
      colors = Array(0..<count)
      return
    }
    var neighbors = [[Int]](repeating: [], count: count)
    for pair in pairs {
      neighbors[pair[0]].append(pair[1])
      neighbors[pair[1]].append(pair[0])
    }
    var colors = [Int](repeating: -1, count: count)
    var uses = [Int](repeating: 0, count: Self.palette.count)
    for i in 0..<count {
      let taken = Set(neighbors[i].map { colors[$0] })
      let free = uses.indices.filter { !taken.contains($0) }
      let choice = (free.isEmpty ? Array(uses.indices) : free).min { uses[$0] < uses[$1] } ?? 0
      colors[i] = choice
      uses[choice] += 1
    }
    self.colors = colors
  }

  /// The color of one thing.
  subscript(i: Int) -> String { Self.palette[colors[i] % Self.palette.count] }
}
