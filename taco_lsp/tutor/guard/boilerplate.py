"""What every beginner's program has, whatever its task: it says nothing about where a program comes from."""

from __future__ import annotations

import re

from taco_lsp.tutor.guard.normal import normal
from taco_lsp.tutor.guard.tokens import grams, tokens

_C = r"""
int main() { int a, b, c, n, i, j; scanf("%d", &n); scanf("%d %d", &a, &b); scanf("%f", &x);
for (i = 0; i < n; i++) { scanf("%d", &a[i]); } for (int i = 0; i < n; i = i + 1) { for (j = 0; j < n; j++) { } }
printf("%d", a); printf("%d\n", a); printf("%d ", a[i]); printf("\n"); return 0; }
int a[100], n, i; char s[100]; scanf("%s", s); int i = 0, j = 0; int i; int j;
for (i = 1; i <= n; i++) { a = a + 1; } if (a[i] == b) { } return 1; } return a; } while (n > 0) { n = n / 10; }
if (n % 2 == 0) if (a == 0) { if (a > b) { a = b; } else { b = a; }
int f(int a) { int f(int a, int b) { void f(int a[], int n) {
int main() { int n; cin >> n; cin >> a >> b;
cout << a << endl; cout << a << " " << b; vector<int> a(n); string s; return 0; }
"""
_JAVA = """
public class A { public static void main(String[] args) { Scanner sc = new Scanner(System.in);
int n = sc.nextInt(); String s = sc.nextLine(); System.out.println(a); System.out.print(a + " "); sc.close(); } }
for (int i = 0; i < n; i++) { a[i] = sc.nextInt(); } public static int f(int a, int b) { return a; }
for (int i = 0; i < a.length; i++) { int[] a = new int[n];
"""
_PYTHON = """
n = int(input())
a, b = map(int, input().split())
a = list(map(int, input().split()))
for i in range(n):
    for j in range(len(a)):
for x in a:
    print(x)
if __name__ == "__main__":
    main()
def f(a):
    a = 0
    b = []
    while a < b:
        a += 1
        b.append(a)
    return a
def f(a, b):
    for i in range(len(a)):
        if a[i] == b:
            return i
"""
_FRAME = re.compile(
    r"(?:import|from|# include|using|package|public static void main|(?:public )?class|int main|Scanner)\b"
    r"|(?:int|long|double|float) \w+ = \w+ \. next"
)
EVERYBODYS = frozenset().union(*(grams(normal(tokens(text))) for text in (_C, _JAVA, _PYTHON)))
"""The structure that says nothing, as `grams` gives it."""


def is_everybodys(key: str) -> bool:
    """Tell whether a line, as its key, is in every beginner's program."""
    if _FRAME.match(key):
        return True
    found = grams(normal(key.split()))
    return bool(found) and found <= EVERYBODYS
