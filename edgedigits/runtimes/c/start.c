/* What runs before main on an emulated board, whose files are the emulator's (semihosting). */

enum { FAULT = 3, VECTORS = 16 };

extern int main(void);
extern void exit(int);
extern void _exit(int);
extern void initialise_monitor_handles(void);
extern unsigned stack_top;

static void reset(void)
{
    initialise_monitor_handles();
    exit(main());
}

/* Without it an emulated processor that reads what is not there would run on somewhere. */
static void fault(void)
{
    _exit(FAULT);
}

__attribute__((section(".vectors"), used)) static void *const vectors[VECTORS] = {
    &stack_top,    (void *)reset, (void *)fault, (void *)fault,
    (void *)fault, (void *)fault, (void *)fault,
};
