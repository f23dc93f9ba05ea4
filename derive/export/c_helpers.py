"""The C functions that exported C code may need, by name; each brings those it calls."""

from __future__ import annotations

HELPERS: dict[str, tuple[tuple[str, ...], str]] = {
    "buffer": (
        (),
        """/* Room for some doubles; the program ends when there is none. */
static double *buffer(size_t count) {
    double *a = malloc((count + 1) * sizeof *a);
    if (!a) abort();
    return a;
}""",
    ),
    "expit": ((), """static double expit(double x) { return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)); }"""),
    "sign": ((), """static double sign(double x) { return (x > 0) - (x < 0); }"""),
    "square": ((), """static double square(double x) { return x * x; }"""),
    "larger": ((), """static double larger(double a, double b) { return a > b ? a : b; }"""),
    "smaller": ((), """static double smaller(double a, double b) { return a < b ? a : b; }"""),
    "logaddexp": (
        ("larger", "smaller"),
        """static double logaddexp(double a, double b) {
    return larger(a, b) + log1p(exp(smaller(a, b) - larger(a, b)));
}""",
    ),
    "binomial": (
        (),
        """static double binomial(double n, double k) {
    return exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1));
}""",
    ),
    "digamma": (
        (),
        """static double digamma(double x) {
    double shift = 0;
    for (; x < 10; x += 1) shift -= 1 / x;
    const double y = 1 / (x * x);
    const double tail = 1.0 / 252 - y * (1.0 / 240 - y * (1.0 / 132));
    return shift + log(x) - 0.5 / x - y * (1.0 / 12 - y * (1.0 / 120 - y * tail));
}""",
    ),
    "trigamma": (
        (),
        """static double trigamma(double x) {
    double shift = 0;
    for (; x < 10; x += 1) shift += 1 / (x * x);
    const double y = 1 / (x * x);
    const double tail = 1.0 / 30 - y * (1.0 / 42 - y * (1.0 / 30 - y * (5.0 / 66 - y * (691.0 / 2730))));
    return shift + 1 / x + y / 2 + y / x * (1.0 / 6 - y * tail);
}""",
    ),
    "factorize": (
        (),
        """/* LU with partial pivoting in place; returns the sign of the permutation, 0 when singular. */
static int factorize(size_t n, double *a, size_t *rows) {
    int s = 1;
    for (size_t i = 0; i < n; i++) rows[i] = i;
    for (size_t k = 0; k < n; k++) {
        size_t p = k;
        for (size_t i = k + 1; i < n; i++) if (fabs(a[i * n + k]) > fabs(a[p * n + k])) p = i;
        if (a[p * n + k] == 0) return 0;
        if (p != k) {
            for (size_t j = 0; j < n; j++) {
                const double v = a[k * n + j];
                a[k * n + j] = a[p * n + j];
                a[p * n + j] = v;
            }
            const size_t r = rows[k]; rows[k] = rows[p]; rows[p] = r;
            s = -s;
        }
        for (size_t i = k + 1; i < n; i++) {
            a[i * n + k] /= a[k * n + k];
            for (size_t j = k + 1; j < n; j++) a[i * n + j] -= a[i * n + k] * a[k * n + j];
        }
    }
    return s;
}""",
    ),
    "solve": (
        ("factorize",),
        """/* x = a^-1 b for b with m columns; a is overwritten. A singular a gives NaN. */
static void solve(size_t n, size_t m, double *a, const double *b, double *x) {
    size_t *rows = malloc((n + 1) * sizeof *rows);
    const int s = rows ? factorize(n, a, rows) : 0;
    for (size_t c = 0; c < m; c++) {
        for (size_t i = 0; i < n; i++) {
            double v = s ? b[rows[i] * m + c] : NAN;
            for (size_t j = 0; j < i; j++) v -= a[i * n + j] * x[j * m + c];
            x[i * m + c] = v;
        }
        for (size_t i = n; i-- > 0;) {
            double v = x[i * m + c];
            for (size_t j = i + 1; j < n; j++) v -= a[i * n + j] * x[j * m + c];
            x[i * m + c] = v / a[i * n + i];
        }
    }
    free(rows);
}""",
    ),
    "inverse": (
        ("solve",),
        """static void inverse(size_t n, double *a, double *x) {
    double *b = calloc(n * n + 1, sizeof *b);
    for (size_t i = 0; b && i < n; i++) b[i * n + i] = 1;
    if (b) solve(n, n, a, b, x);
    free(b);
}""",
    ),
    "determinant": (
        ("factorize",),
        """static double determinant(size_t n, double *a) {
    size_t *rows = malloc((n + 1) * sizeof *rows);
    double v = rows ? factorize(n, a, rows) : NAN;
    for (size_t i = 0; i < n; i++) v *= a[i * n + i];
    free(rows);
    return v;
}""",
    ),
    "log_abs_determinant": (
        ("factorize",),
        """static double log_abs_determinant(size_t n, double *a) {
    size_t *rows = malloc((n + 1) * sizeof *rows);
    double v = rows && factorize(n, a, rows) ? 0 : -INFINITY;
    for (size_t i = 0; i < n && v > -INFINITY; i++) v += log(fabs(a[i * n + i]));
    free(rows);
    return v;
}""",
    ),
    "cholesky": (
        (),
        """/* The lower factor of a symmetric positive definite matrix. */
static void cholesky(size_t n, const double *a, double *l) {
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double v = j <= i ? a[i * n + j] : 0;
            for (size_t k = 0; j <= i && k < j; k++) v -= l[i * n + k] * l[j * n + k];
            l[i * n + j] = j > i ? 0 : i == j ? sqrt(v) : v / l[j * n + j];
        }
}""",
    ),
    "cholesky_solve": (
        (),
        """static void cholesky_solve(size_t n, size_t m, const double *l, const double *b, double *x) {
    for (size_t c = 0; c < m; c++) {
        for (size_t i = 0; i < n; i++) {
            double v = b[i * m + c];
            for (size_t j = 0; j < i; j++) v -= l[i * n + j] * x[j * m + c];
            x[i * m + c] = v / l[i * n + i];
        }
        for (size_t i = n; i-- > 0;) {
            double v = x[i * m + c];
            for (size_t j = i + 1; j < n; j++) v -= l[j * n + i] * x[j * m + c];
            x[i * m + c] = v / l[i * n + i];
        }
    }
}""",
    ),
    "matrix_power": (
        (),
        """static void matrix_power(size_t n, size_t e, const double *a, double *x) {
    double *t = malloc((n * n + 1) * sizeof *t);
    for (size_t i = 0; i < n * n; i++) x[i] = i / n == i % n;
    for (; t && e > 0; e--) {
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++) {
                t[i * n + j] = 0;
                for (size_t k = 0; k < n; k++) t[i * n + j] += x[i * n + k] * a[k * n + j];
            }
        for (size_t i = 0; i < n * n; i++) x[i] = t[i];
    }
    free(t);
}""",
    ),
}


def helper_source(names: set[str]) -> str:
    """The helpers called ``names`` and what they need, in order of definition."""
    needed: set[str] = set()

    def need(name: str) -> None:
        if name not in needed:
            needed.add(name)
            for other in HELPERS[name][0]:
                need(other)

    for name in names:
        need(name)
    return "".join(HELPERS[name][1] + "\n\n" for name in HELPERS if name in needed)
